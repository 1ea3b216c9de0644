namespace Crescent.Scheduling;

/// <summary>A resource a node has too little of for a pod. CPU in thousandths, the rest in whole units.</summary>
internal readonly record struct ResourceShortage(string Name, long Requested, long Used, long Capacity);
