using System.Collections.Immutable;
using Crescent.NodeAgent.Volumes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// The volumes of one pod: made once for all its containers, again when what they show has changed, never twice at the same time, so
/// that the newest contents are the last ones written. A failure is not kept.
/// </summary>
/// <param name="prepare">Makes the volumes, or brings them up to date.</param>
internal sealed class VolumeKeeper(Func<CancellationToken, Task<ImmutableDictionary<string, PreparedVolume>>> prepare)
{
    private readonly Lock _gate = new();
    private Task _last = Task.CompletedTask;
    private Task<ImmutableDictionary<string, PreparedVolume>>? _current;

    /// <summary>The next caller has them made again.</summary>
    public void Outdate()
    {
        lock (_gate)
        {
            _current = null;
        }
    }

    /// <exception cref="ConfigurationException">A volume cannot be made now.</exception>
    public Task<ImmutableDictionary<string, PreparedVolume>> GetAsync(CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            if (_current is not { IsFaulted: false, IsCanceled: false })
            {
                _last = _current = PrepareAfterAsync(_last, cancellationToken);
            }

            return _current;
        }
    }

    /// <summary>Whether files of its volumes show something of the pod that is another now.</summary>
    public static bool ShowsOther(V1Pod before, V1Pod now) =>
        now.Spec.Volumes?.Any(static volume => volume.DownwardAPI is not null || volume.Projected?.Sources?.Any(static source => source.DownwardAPI is not null) == true) == true
        && !(Same(before.Metadata.Labels, now.Metadata.Labels) && Same(before.Metadata.Annotations, now.Metadata.Annotations) && SameResources(before, now));

    private async Task<ImmutableDictionary<string, PreparedVolume>> PrepareAfterAsync(Task earlier, CancellationToken cancellationToken)
    {
        await Task.Yield();
        await Task.WhenAny(earlier);
        return await prepare(cancellationToken);
    }

    private static bool Same(IDictionary<string, string>? before, IDictionary<string, string>? now) =>
        (before?.Count ?? 0) == (now?.Count ?? 0)
        && (now is null || now.All(pair => before is not null && before.TryGetValue(pair.Key, out var value) && value == pair.Value));

    private static bool SameResources(V1Pod before, V1Pod now) =>
        before.Spec.Containers.Select(static container => container.Resources?.Limits).Zip(now.Spec.Containers.Select(static container => container.Resources?.Limits)).All(SameAmounts)
        && before.Spec.Containers.Select(static container => container.Resources?.Requests).Zip(now.Spec.Containers.Select(static container => container.Resources?.Requests)).All(SameAmounts);

    private static bool SameAmounts((IDictionary<string, ResourceQuantity>? Before, IDictionary<string, ResourceQuantity>? Now) pair) =>
        (pair.Before?.Count ?? 0) == (pair.Now?.Count ?? 0)
        && (pair.Now is null || pair.Now.All(amount => pair.Before!.TryGetValue(amount.Key, out var value) && value.ToString() == amount.Value.ToString()));
}
