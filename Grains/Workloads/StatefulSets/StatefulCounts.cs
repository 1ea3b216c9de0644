namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>The counting part of a StatefulSet's status.</summary>
internal readonly record struct StatefulCounts(int Replicas, int Ready, int Available, int Current, int Updated);
