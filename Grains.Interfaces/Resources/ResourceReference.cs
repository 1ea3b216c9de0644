using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>One object, wherever it is served.</summary>
/// <param name="Bucket">Who serves it.</param>
/// <param name="Key">Which object.</param>
public readonly record struct ResourceReference(IResourceBucketGrain Bucket, ResourceKey Key)
{
    /// <inheritdoc cref="IResourceBucketGrain.GetAsync" />
    public Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken = default) => Bucket.GetAsync(Key, cancellationToken);

    public Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken = default) =>
        Bucket.CreateAsync(Key, request, cancellationToken);

    public Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken = default) =>
        Bucket.ReplaceAsync(Key, request, cancellationToken);

    public Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken = default) =>
        Bucket.PatchAsync(Key, request, cancellationToken);

    public Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken = default) =>
        Bucket.DeleteAsync(Key, request, cancellationToken);
}
