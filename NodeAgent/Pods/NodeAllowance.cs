namespace Crescent.NodeAgent.Pods;

/// <summary>What all pods of the node together may use.</summary>
internal sealed record NodeAllowance(decimal Cpus, decimal MemoryBytes, decimal StorageBytes);
