namespace Crescent.Grains.Resources.Storage;

/// <summary>The newest change of an object as found in storage; for a deletion the last state at the version of the deletion.</summary>
internal readonly record struct StoredChange(StoredObject Object, bool IsDeletion);
