using System.Text.Json;

namespace Crescent.Resources;

/// <summary>
/// Texts and label sets that many states have in common, kept once: UIDs of owners, names of nodes, the labels of a template's pods, and all of an
/// object's when only its status changes. A cache with fixed room in which a newer entry takes the place of an older one, so a miss costs a copy and
/// nothing else. Any thread may read and write: slots are replaced whole.
/// </summary>
internal static class SharedTexts
{
    /// <summary>Longer texts are rarely alike.</summary>
    private const int MaxTextBytes = 64;

    private const int MaxLabelBytes = 1024;
    private const int Texts = 4096;
    private const int Maps = 1024;

    private static readonly string?[] KnownTexts = new string?[Texts];
    private static readonly KnownLabels?[] KnownLabelSets = new KnownLabels?[Maps];
    private static readonly KnownFields?[] KnownFieldSets = new KnownFields?[Maps];

    /// <summary>The string or property name that the reader stands on.</summary>
    public static string Of(ref Utf8JsonReader reader)
    {
        if (reader.HasValueSequence || reader.ValueIsEscaped || reader.ValueSpan.Length is 0 or > MaxTextBytes)
        {
            return reader.GetString()!;
        }

        ref var slot = ref KnownTexts[Hash(reader.ValueSpan) % Texts];
        if (Volatile.Read(ref slot) is { } known && reader.ValueTextEquals(known))
        {
            return known;
        }

        var text = reader.GetString()!;
        Volatile.Write(ref slot, text);
        return text;
    }

    /// <summary>The map that was read from the same bytes before, or else from these now.</summary>
    /// <param name="json">One JSON object.</param>
    /// <param name="read">Reads it.</param>
    public static TextMap LabelsOf(ReadOnlySpan<byte> json, Func<ReadOnlySpan<byte>, TextMap> read)
    {
        if (json.Length > MaxLabelBytes)
        {
            return read(json);
        }

        ref var slot = ref KnownLabelSets[Hash(json) % Maps];
        if (Volatile.Read(ref slot) is { } known && json.SequenceEqual(known.Json))
        {
            return known.Labels;
        }

        var labels = read(json);
        Volatile.Write(ref slot, new(json.ToArray(), labels));
        return labels;
    }

    /// <summary>A map of these pairs, whose names differ.</summary>
    public static TextMap MapOf(ReadOnlySpan<KeyValuePair<string, string>> pairs)
    {
        if (pairs.IsEmpty)
        {
            return TextMap.Empty;
        }

        var hash = default(HashCode);
        foreach (var (name, value) in pairs)
        {
            hash.Add(name);
            hash.Add(value);
        }

        ref var slot = ref KnownFieldSets[(uint)hash.ToHashCode() % Maps];
        if (Volatile.Read(ref slot) is { } known && IsSame(pairs, known.Pairs))
        {
            return known.Fields;
        }

        var fields = TextMap.Of(pairs);
        Volatile.Write(ref slot, new(pairs.ToArray(), fields));
        return fields;
    }

    private static bool IsSame(ReadOnlySpan<KeyValuePair<string, string>> pairs, KeyValuePair<string, string>[] known)
    {
        if (pairs.Length != known.Length)
        {
            return false;
        }

        for (var index = 0; index < known.Length; index++)
        {
            if (pairs[index].Key != known[index].Key || pairs[index].Value != known[index].Value)
            {
                return false;
            }
        }

        return true;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = default(HashCode);
        hash.AddBytes(bytes);
        return (uint)hash.ToHashCode();
    }

    private sealed record KnownLabels(byte[] Json, TextMap Labels);

    private sealed record KnownFields(KeyValuePair<string, string>[] Pairs, TextMap Fields);
}
