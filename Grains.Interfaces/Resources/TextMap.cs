using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Crescent.Resources;

/// <summary>
/// A few texts by name, sorted by name in ordinal order and never changed: the labels or the selectable fields of a state. One array, because there are
/// tens of thousands of them: a tree of nodes takes three times the room, and the collector has to follow each of its nodes.
/// </summary>
[GenerateSerializer, Immutable, Alias("resources.TextMap")]
public sealed class TextMap : IReadOnlyDictionary<string, string>
{
    [Id(0)]
    private readonly KeyValuePair<string, string>[] _pairs;

    private TextMap(KeyValuePair<string, string>[] pairs) => _pairs = pairs;

    /// <summary>No pairs.</summary>
    public static TextMap Empty { get; } = new([]);

    /// <inheritdoc/>
    public int Count => _pairs.Length;

    /// <summary>Whether there are no pairs.</summary>
    public bool IsEmpty => _pairs.Length == 0;

    /// <inheritdoc/>
    public IEnumerable<string> Keys => _pairs.Select(static pair => pair.Key);

    /// <inheritdoc/>
    public IEnumerable<string> Values => _pairs.Select(static pair => pair.Value);

    /// <inheritdoc/>
    /// <exception cref="KeyNotFoundException">There is no such name.</exception>
    public string this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"There is no '{key}'.");

    /// <summary>A map of these pairs in any order; of pairs with the same name the last one counts.</summary>
    public static TextMap Of(ReadOnlySpan<KeyValuePair<string, string>> pairs)
    {
        if (pairs.IsEmpty)
        {
            return Empty;
        }

        var sorted = new KeyValuePair<string, string>[pairs.Length];
        var count = 0;
        foreach (var pair in pairs)
        {
            var place = Place(sorted.AsSpan(0, count), pair.Key);
            if (place < 0)
            {
                place = ~place;
                sorted.AsSpan(place, count++ - place).CopyTo(sorted.AsSpan(place + 1));
            }

            sorted[place] = pair;
        }

        return new(count == sorted.Length ? sorted : sorted[..count]);
    }

    /// <summary>This map and one more pair, which takes the place of one with its name.</summary>
    public TextMap With(string name, string value) => Of([.. _pairs, new(name, value)]);

    /// <inheritdoc/>
    public bool ContainsKey(string key) => Place(_pairs, key) >= 0;

    /// <inheritdoc/>
    public bool TryGetValue(string key, [MaybeNullWhen(false)] out string value)
    {
        var place = Place(_pairs, key);
        value = place < 0 ? null : _pairs[place].Value;
        return place >= 0;
    }

    /// <summary>The pairs in the order of their names.</summary>
    public ReadOnlySpan<KeyValuePair<string, string>>.Enumerator GetEnumerator() => new ReadOnlySpan<KeyValuePair<string, string>>(_pairs).GetEnumerator();

    IEnumerator<KeyValuePair<string, string>> IEnumerable<KeyValuePair<string, string>>.GetEnumerator() => _pairs.AsEnumerable().GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => _pairs.GetEnumerator();

    /// <summary>Where the name stands; the complement of where it would, when it is not there.</summary>
    private static int Place(ReadOnlySpan<KeyValuePair<string, string>> sorted, string name)
    {
        var (low, high) = (0, sorted.Length - 1);
        while (low <= high)
        {
            var middle = (low + high) >>> 1;
            switch (string.CompareOrdinal(sorted[middle].Key, name))
            {
                case 0:
                    return middle;
                case < 0:
                    low = middle + 1;
                    break;
                default:
                    high = middle - 1;
                    break;
            }
        }

        return ~low;
    }
}
