using System.Diagnostics.Metrics;

namespace Crescent.Watching;

/// <summary>Meter <c>Crescent.ResourceCaches</c>.</summary>
internal sealed class ResourceCacheInstruments
{
    /// <summary>Name of the meter.</summary>
    public const string MeterName = "Crescent.ResourceCaches";

    private readonly Counter<long> _changes;
    private readonly Counter<long> _reloads;

    public ResourceCacheInstruments(IMeterFactory meters, Func<IEnumerable<ResourceCache>> caches)
    {
        var meter = meters.Create(MeterName);
        _changes = meter.CreateCounter<long>("crescent.cache.changes", "{change}", "Changes applied.");
        _reloads = meter.CreateCounter<long>("crescent.cache.reloads", "{load}", "Loads after the first, each followed by a comparison.");
        meter.CreateObservableGauge("crescent.cache.objects", () => Observe(caches, cache => cache.Current.Count), "{object}");
        meter.CreateObservableGauge("crescent.cache.readers", () => Observe(caches, cache => cache.ReaderCount), "{reader}");
        meter.CreateObservableGauge(
            "crescent.cache.version", () => caches().Select(cache => new Measurement<long>(cache.Current.Version.Value, Tag(cache))));
    }

    public void Applied(ResourceCache cache, int changes) => _changes.Add(changes, Tag(cache));

    public void Reloaded(ResourceCache cache) => _reloads.Add(1, Tag(cache));

    private static IEnumerable<Measurement<int>> Observe(Func<IEnumerable<ResourceCache>> caches, Func<ResourceCache, int> value) =>
        caches().Select(cache => new Measurement<int>(value(cache), Tag(cache)));

    private static KeyValuePair<string, object?> Tag(ResourceCache cache) => new("type", cache.Type.ToString());
}
