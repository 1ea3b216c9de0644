namespace Crescent.Resources;

/// <summary>
/// Deletes the object: at once, or by setting deletionTimestamp when finalizers or a grace period (pods bound to a node) stand in the way.
/// </summary>
[GenerateSerializer, Immutable, Alias("resources.DeleteRequest")]
public sealed class DeleteRequest
{
    [Id(0)] public required MutationContext Context { get; init; }

    /// <summary>Seconds the kind may take to end; null for the object's own default, 0 for at once.</summary>
    [Id(1)] public long? GracePeriodSeconds { get; init; }

    [Id(2)] public DeletionPropagation Propagation { get; init; }

    [Id(3)] public Preconditions? Preconditions { get; init; }
}
