using Crescent.Grains.Mutation;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Resources;

/// <summary>
/// Creates objects whose names nobody else can have thought of, such as events, without waking a grain for each: there is no state to
/// decide on and nobody to take turns with. Storage refuses the write if the row is there after all. From then on the object's grain is
/// its only writer, as with any other.
/// </summary>
internal sealed class FreshObjects(IMutationPipeline pipeline, ResourceWriter writer, SnapshotFactory snapshots)
{
    public async Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken)
    {
        var decision = await pipeline.DecideCreateAsync(key, null, request, cancellationToken);
        if (decision.Outcome == MutationOutcome.Failed)
        {
            return MutationResult.Failed(decision.Error!);
        }

        var write = await writer.WriteAsync(key, null, PreparedBody.Of(decision.Object!, snapshots.PathsOf(key.Type)), isDeletion: false);
        return write.Status switch
        {
            WriteStatus.Committed => MutationResult.Of(decision.Outcome, write.Snapshot!, decision.Warnings),
            WriteStatus.Conflict => MutationResult.Failed(ResourceErrors.AlreadyExists(key.Type, key.Name)),
            _ => MutationResult.Failed(write.ToError()),
        };
    }
}
