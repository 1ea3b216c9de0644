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
    /// <summary>
    /// How long a caller waits for a read, which may be asked again. A call is lost when the silo it was forwarded to dies: the caller, who sent it
    /// to another one, does not hear of that.
    /// </summary>
    private const string ReadTimeout = "00:00:04";

    /// <summary>How long for a write, whose outcome is then not known. Above what the write itself waits for its sequencer.</summary>
    private const string WriteTimeout = "00:00:09";

    /// <summary>The committed state, or null when there is no such object.</summary>
    [Alias("Get"), ReadOnly, ResponseTimeout(ReadTimeout)]
    Task<ResourceSnapshot?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default);

    [Alias("Create"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken = default);

    [Alias("Replace"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> ReplaceAsync(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken = default);

    [Alias("Patch"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> PatchAsync(ResourceKey key, PatchRequest request, CancellationToken cancellationToken = default);

    [Alias("Delete"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> DeleteAsync(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken = default);
}
