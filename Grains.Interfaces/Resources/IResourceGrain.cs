using Orleans.Concurrency;

namespace Crescent.Resources;

/// <summary>
/// One object, and its only writer. Keyed by <see cref="Identity.ResourceKey.ToGrainKey"/>. A mutation runs in the grain's turn:
/// patch → default → admit → validate → commit.
/// </summary>
[Alias("resources.IResourceGrain")]
public interface IResourceGrain : IGrainWithStringKey
{
    /// <summary>
    /// How long a caller waits for a read, which may be asked again. A call is lost when the silo it was forwarded to dies: the caller, who sent it
    /// to another one, does not hear of that.
    /// </summary>
    private const string ReadTimeout = "00:00:04";

    /// <summary>How long for a write, whose outcome is then not known. Above what the write itself waits for its sequencer.</summary>
    private const string WriteTimeout = "00:00:09";

    /// <summary>The committed state, or null when there is no such object.</summary>
    [Alias("Get"), ReadOnly, AlwaysInterleave, ResponseTimeout(ReadTimeout)]
    Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken = default);

    [Alias("Create"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken = default);

    [Alias("Replace"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken = default);

    [Alias("Patch"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken = default);

    [Alias("Delete"), ResponseTimeout(WriteTimeout)]
    Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken = default);
}
