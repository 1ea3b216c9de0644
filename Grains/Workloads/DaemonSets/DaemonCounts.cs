namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>The counting part of a DaemonSet's status, in nodes.</summary>
internal readonly record struct DaemonCounts(int Desired, int Current, int Misscheduled, int Ready, int Updated, int Available);
