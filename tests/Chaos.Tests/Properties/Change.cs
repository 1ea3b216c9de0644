namespace Crescent.Chaos.Tests.Properties;

/// <summary>One row write.</summary>
/// <param name="Name">Of the object.</param>
/// <param name="Expected">Whether it expects the version that is there.</param>
/// <param name="IsDeletion">Deletes, if there is something.</param>
/// <param name="Current">Under the current epoch.</param>
internal readonly record struct Change(int Name, bool Expected, bool IsDeletion, bool Current);
