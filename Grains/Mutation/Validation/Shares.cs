using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Values that are a number of pods or a percentage of them.</summary>
internal static class Shares
{
    /// <summary>The number, or the percentage as a number; null when absent or wrong, which is noted.</summary>
    public static long? Read(JsonObject? owner, string name, string path, Problems problems)
    {
        if (owner.Integer(name) is { } number)
        {
            problems.NonNegative(owner, name, path);
            return number;
        }

        var text = owner.Text(name);
        if (text.Length == 0)
        {
            return null;
        }

        if (text.EndsWith('%') && long.TryParse(text[..^1], NumberStyles.None, CultureInfo.InvariantCulture, out var percent))
        {
            return percent;
        }

        problems.Invalid(
            $"{path}.{name}", text,
            "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')");
        return null;
    }

    /// <summary>Whether an amount in billionths is a whole number.</summary>
    public static bool IsWhole(this BigInteger nano) => (nano % 1_000_000_000).IsZero;

    /// <summary>As <see cref="Read"/>, and not more than all.</summary>
    public static long? ReadAtMostAll(JsonObject? owner, string name, string path, Problems problems)
    {
        var share = Read(owner, name, path, problems);
        if (share > 100 && owner.Text(name).Length > 0)
        {
            problems.Invalid($"{path}.{name}", owner![name]!.DeepClone(), "must not be greater than 100%");
        }

        return share;
    }
}
