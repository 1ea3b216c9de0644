using Crescent.Identity;
using Orleans.Concurrency;

namespace Crescent.Watching;

/// <summary>
/// The sequencer of one resource type, keyed by <see cref="ResourceType.ToString()"/>: hands out versions, keeps the frontier and a
/// bounded window of recent events. It holds no objects. The frontier is the highest version below which everything reserved is
/// published or abandoned; readers never see past it, so events are gapless and in order though commits finish out of order.
/// </summary>
[Alias("watching.IResourceTypeGrain")]
public interface IResourceTypeGrain : IGrainWithStringKey
{
    /// <summary>Hands out <paramref name="count"/> versions (1 to 4096).</summary>
    [Alias("Reserve")]
    Task<Reservation> ReserveAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Settles versions and returns once the frontier has passed all of them: from then on the writes may be acknowledged.
    /// A publication of an older epoch is answered the same way: what it committed has been found by reading the rows.
    /// </summary>
    [Alias("Publish"), AlwaysInterleave]
    Task PublishAsync(Publication publication, CancellationToken cancellationToken = default);

    /// <summary>Events after <paramref name="after"/>; waits up to <paramref name="wait"/> for the first one.</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>The frontier: a reader that has reached it has seen every acknowledged write.</summary>
    [Alias("GetFrontier"), AlwaysInterleave]
    Task<ResourceVersion> GetFrontierAsync(CancellationToken cancellationToken = default);
}
