using System.Diagnostics.CodeAnalysis;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Api.Resources;

/// <summary>
/// Keeps the pictures that unfinished limited lists show, so that every page is of one version. Views share structure with the cache, so
/// an old one costs only what has changed since.
/// </summary>
internal sealed class RetainedViews(TimeProvider time)
{
    /// <summary>How long a client may take between two pages; Kubernetes keeps five minutes of history.</summary>
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    private const int MaxPerType = 16;
    private readonly Lock _lock = new();
    private readonly Dictionary<ResourceType, List<Entry>> _entries = [];

    public void Retain(ResourceType type, IResourceView view)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            if (!_entries.TryGetValue(type, out var entries))
            {
                _entries[type] = entries = [];
            }

            entries.RemoveAll(entry => entry.View.Version == view.Version || time.GetElapsedTime(entry.Used, now) > Lifetime);
            if (entries.Count == MaxPerType)
            {
                entries.RemoveAt(0);
            }

            entries.Add(new(view, now));
        }
    }

    public bool TryGet(ResourceType type, ResourceVersion version, [NotNullWhen(true)] out IResourceView? view)
    {
        lock (_lock)
        {
            view = _entries.TryGetValue(type, out var entries)
                ? entries.Find(entry => entry.View.Version == version && time.GetElapsedTime(entry.Used) <= Lifetime)?.View
                : null;
            return view is not null;
        }
    }

    private sealed record Entry(IResourceView View, long Used);
}
