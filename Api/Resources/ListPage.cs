using Crescent.Api.Selectors;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>What one list response shows.</summary>
internal sealed class ListPage
{
    public required List<ResourceSnapshot> Items { get; init; }

    /// <summary>Version the page is a picture of.</summary>
    public required ResourceVersion Version { get; init; }

    /// <summary>Null when nothing follows.</summary>
    public string? ContinueToken { get; init; }

    /// <summary>How many follow; null when none do, or when selectors would make counting expensive.</summary>
    public long? Remaining { get; init; }

    /// <param name="source">State and start.</param>
    /// <param name="filter">What to show.</param>
    /// <param name="limit">Page size; 0 for no limit.</param>
    public static ListPage Take(ListSource source, ObjectFilter filter, long limit)
    {
        var view = source.View!;
        var items = new List<ResourceSnapshot>();
        using var matches = filter.Select(view, source.After).GetEnumerator();
        while ((limit <= 0 || items.Count < limit) && matches.MoveNext())
        {
            items.Add(matches.Current);
        }

        if (limit <= 0 || items.Count < limit || !matches.MoveNext())
        {
            return new() { Items = items, Version = view.Version };
        }

        long remaining = 1;
        while (!filter.HasSelectors && matches.MoveNext())
        {
            remaining++;
        }

        var last = items[^1].Key;
        return new()
        {
            Items = items, Version = view.Version, ContinueToken = new ContinueToken(view.Version, last.Namespace, last.Name).ToString(),
            Remaining = filter.HasSelectors ? null : remaining,
        };
    }
}
