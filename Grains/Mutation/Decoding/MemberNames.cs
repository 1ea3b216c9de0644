using System.Text;
using System.Text.Json;

namespace Crescent.Grains.Mutation.Decoding;

/// <summary>
/// Names of JSON members as strings that are shared: nearly all are field names of a few types. A fixed number of short ones is kept, the
/// newest of those that share a place.
/// </summary>
internal static class MemberNames
{
    private const int Places = 2048;
    private const int MaxLength = 40;

    private static readonly string?[] Known = new string?[Places];

    /// <summary>The name the reader stands on.</summary>
    /// <exception cref="InvalidOperationException">It is not UTF-8.</exception>
    public static string Read(ref Utf8JsonReader reader)
    {
        if (reader.ValueIsEscaped || reader.HasValueSequence || reader.ValueSpan is not { Length: > 0 and <= MaxLength })
        {
            return reader.GetString()!;
        }

        var bytes = reader.ValueSpan;
        ref var place = ref Known[PlaceOf(bytes)];
        if (place is { } known && Ascii.Equals(bytes, known))
        {
            return known;
        }

        var name = reader.GetString()!;
        if (Ascii.IsValid(name))
        {
            place = name;
        }

        return name;
    }

    private static uint PlaceOf(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u;
        foreach (var letter in bytes)
        {
            hash = (hash ^ letter) * 16777619u;
        }

        return (hash ^ (hash >> 15)) % Places;
    }
}
