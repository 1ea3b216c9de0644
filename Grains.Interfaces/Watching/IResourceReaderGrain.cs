using Crescent.Identity;
using Orleans.Concurrency;

namespace Crescent.Watching;

/// <summary>
/// Pages stored objects out of the database, for loading caches. A stateless worker (runs on the silo of the caller), keyed by
/// <see cref="ResourceType.ToString()"/>.
/// </summary>
[Alias("watching.IResourceReaderGrain")]
public interface IResourceReaderGrain : IGrainWithStringKey
{
    /// <summary>Objects in key order after <paramref name="after"/> (null from the start), at most <paramref name="limit"/>.</summary>
    [Alias("ReadPage"), ReadOnly]
    Task<SnapshotPage> ReadPageAsync(ResourceKey? after, int limit, CancellationToken cancellationToken = default);
}
