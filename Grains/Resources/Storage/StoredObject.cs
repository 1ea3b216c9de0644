using Crescent.Identity;

namespace Crescent.Grains.Resources.Storage;

/// <summary>A row as kept: the body is exactly what was committed.</summary>
internal readonly record struct StoredObject(ResourceKey Key, ResourceVersion Version, byte[] Body);
