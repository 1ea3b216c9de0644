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
    /// <summary>
    /// How long writers and consistent reads wait for an answer before they ask again: one can get lost with the connection it was sent on.
    /// Above what the sequencer itself waits for a database that does not answer.
    /// </summary>
    private const string AnswerTimeout = "00:00:05";

    /// <summary>Hands out <paramref name="count"/> versions (1 to 4096).</summary>
    [Alias("Reserve"), ResponseTimeout(AnswerTimeout)]
    Task<Reservation> ReserveAsync(int count, CancellationToken cancellationToken = default);

    /// <summary>
    /// Settles versions and returns once the frontier has passed all of them: from then on the writes may be acknowledged.
    /// A publication of an older epoch is answered the same way: what it committed has been found by reading the rows.
    /// </summary>
    [Alias("Publish"), AlwaysInterleave, ResponseTimeout(AnswerTimeout)]
    Task PublishAsync(Publication publication, CancellationToken cancellationToken = default);

    /// <summary>Events after <paramref name="after"/>; waits up to <paramref name="wait"/> for the first one.</summary>
    [Alias("Read"), AlwaysInterleave]
    Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>The frontier: a reader that has reached it has seen every acknowledged write.</summary>
    [Alias("GetFrontier"), AlwaysInterleave, ResponseTimeout(AnswerTimeout)]
    Task<ResourceVersion> GetFrontierAsync(CancellationToken cancellationToken = default);
}
