using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>
/// A bucket that is active in this process: its callers need no grain call, whose messages, queues and turns cost more than what the bucket
/// does. Every method is false when the grain has to be asked, which turns out before anything has happened.
/// </summary>
internal interface ILocalBucket
{
    /// <inheritdoc cref="IResourceBucketGrain.GetAsync" />
    bool TryGet(ResourceKey key, CancellationToken cancellationToken, out Task<ResourceSnapshot?> answer);

    bool TryCreate(ResourceKey key, CreateRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer);

    bool TryReplace(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer);

    bool TryPatch(ResourceKey key, PatchRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer);

    bool TryDelete(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer);
}
