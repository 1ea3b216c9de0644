using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation;

/// <summary>
/// Turns a request and the current state into a decision: patch → default → admit → validate. Runs inside the resource grain's turn and
/// commits nothing itself. Admission may await other grains (address allocators) but never a reconciler or a resource grain.
/// </summary>
public interface IMutationPipeline
{
    /// <summary>Create of the object, or of a subresource of an existing one (binding, eviction).</summary>
    ValueTask<MutationDecision> DecideCreateAsync(
        ResourceKey key, ResourceSnapshot? current, CreateRequest request, CancellationToken cancellationToken);

    ValueTask<MutationDecision> DecideReplaceAsync(
        ResourceKey key, ResourceSnapshot? current, ReplaceRequest request, CancellationToken cancellationToken);

    ValueTask<MutationDecision> DecidePatchAsync(
        ResourceKey key, ResourceSnapshot? current, PatchRequest request, CancellationToken cancellationToken);

    ValueTask<MutationDecision> DecideDeleteAsync(
        ResourceKey key, ResourceSnapshot? current, DeleteRequest request, CancellationToken cancellationToken);
}
