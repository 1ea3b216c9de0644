namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>The counting part of a ReplicaSet's status.</summary>
internal readonly record struct ReplicaCounts(int Replicas, int FullyLabeled, int Ready, int Available);
