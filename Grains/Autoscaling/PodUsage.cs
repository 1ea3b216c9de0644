namespace Crescent.Grains.Autoscaling;

/// <summary>What a pod asked for and what it uses of one resource; use is null while it is not known.</summary>
internal readonly record struct PodUsage(string Pod, bool IsReady, long Request, long? Use);
