using Crescent.Identity;
using Orleans.Concurrency;

namespace Crescent.Resources;

/// <summary>
/// A share of a type's objects, and their only writer; keyed by <see cref="ResourceBuckets"/>. Mutations of one object take turns:
/// patch → default → admit → validate → commit. Objects do not wait for each other. <see cref="ResourceReference"/> is a single object's view of it.
/// </summary>
[Alias("resources.IResourceBucketGrain")]
public interface IResourceBucketGrain : IGrainWithStringKey
{
    /// <summary>The committed state, or null when there is no such object.</summary>
    [Alias("Get"), ReadOnly, ResponseTimeout(BucketTimeouts.ReadText)]
    Task<ResourceSnapshot?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default);

    [Alias("Create"), ResponseTimeout(BucketTimeouts.WriteText)]
    Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken = default);

    [Alias("Replace"), ResponseTimeout(BucketTimeouts.WriteText)]
    Task<MutationResult> ReplaceAsync(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken = default);

    [Alias("Patch"), ResponseTimeout(BucketTimeouts.WriteText)]
    Task<MutationResult> PatchAsync(ResourceKey key, PatchRequest request, CancellationToken cancellationToken = default);

    [Alias("Delete"), ResponseTimeout(BucketTimeouts.WriteText)]
    Task<MutationResult> DeleteAsync(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken = default);
}
