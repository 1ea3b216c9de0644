namespace Crescent.Grains.Batch.Jobs;

/// <summary>A pod to create.</summary>
/// <param name="Index">Completion index; null outside of Indexed jobs.</param>
/// <param name="Failures">Failures of this index before; null unless they are limited per index.</param>
internal readonly record struct JobSlot(int? Index, int? Failures);
