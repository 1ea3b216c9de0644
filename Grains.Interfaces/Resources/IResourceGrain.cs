using Orleans.Concurrency;

namespace Crescent.Resources;

/// <summary>
/// One object, and its only writer. Keyed by <see cref="Identity.ResourceKey.ToGrainKey"/>. A mutation runs in the grain's turn:
/// patch → default → admit → validate → commit.
/// </summary>
[Alias("resources.IResourceGrain")]
public interface IResourceGrain : IGrainWithStringKey
{
    /// <summary>The committed state, or null when there is no such object.</summary>
    [Alias("Get"), ReadOnly, AlwaysInterleave]
    Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken = default);

    [Alias("Create")]
    Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken = default);

    [Alias("Replace")]
    Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken = default);

    [Alias("Patch")]
    Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken = default);

    [Alias("Delete")]
    Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken = default);
}
