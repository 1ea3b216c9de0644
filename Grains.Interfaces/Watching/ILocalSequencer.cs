using Crescent.Identity;

namespace Crescent.Watching;

/// <summary>
/// A sequencer that is active in this process, reached without a grain call. What it cannot do on the spot it leaves to its grain.
/// </summary>
public interface ILocalSequencer
{
    /// <summary>Null when the grain has to be asked: it must watch over the reservation first, or get more versions.</summary>
    Reservation? TryReserve(int count);

    /// <summary>False when the grain has to be asked; else <paramref name="passed"/> completes as <see cref="IResourceTypeGrain.PublishAsync"/> does.</summary>
    bool TryPublish(Publication publication, out Task passed);

    /// <summary>As <see cref="IResourceTypeGrain.ReadAsync"/>.</summary>
    Task<EventPage> ReadAsync(ResourceVersion after, TimeSpan wait, CancellationToken cancellationToken = default);
}
