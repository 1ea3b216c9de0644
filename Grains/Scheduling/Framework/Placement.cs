namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Where a pod goes, or why nowhere: exactly one is set.</summary>
internal readonly record struct Placement(string? NodeName, Diagnosis? Diagnosis);
