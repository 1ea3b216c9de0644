using System.Globalization;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>A semantic version; what follows a plus does not matter for its order.</summary>
internal sealed class SemverValue : CelValue, IComparable<SemverValue>
{
    private readonly string _text;
    private readonly string[] _pre;

    private SemverValue(string text, ulong[] numbers, string[] pre) => (_text, Major, Minor, Patch, _pre) = (text, numbers[0], numbers[1], numbers[2], pre);

    public ulong Major { get; }

    public ulong Minor { get; }

    public ulong Patch { get; }

    public override CelType Type => SemverLibrary.Semver;

    public static bool TryParse(string text, out SemverValue value)
    {
        value = null!;
        var plus = text.IndexOf('+', StringComparison.Ordinal);
        var core = plus < 0 ? text : text[..plus];
        var dash = core.IndexOf('-', StringComparison.Ordinal);
        var numbers = (dash < 0 ? core : core[..dash]).Split('.');
        var pre = dash < 0 ? [] : core[(dash + 1)..].Split('.');
        var build = plus < 0 ? [] : text[(plus + 1)..].Split('.');
        if (numbers.Length != 3 || !numbers.All(IsNumber) || !pre.All(static part => IsWord(part) && (!part.All(char.IsAsciiDigit) || IsNumber(part))) || !build.All(IsWord))
        {
            return false;
        }

        var parsed = numbers.Select(static number => ulong.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var parsed) && parsed <= long.MaxValue ? parsed : (ulong?)null).ToArray();
        if (parsed.Any(static number => number is null))
        {
            return false;
        }

        value = new(text, [.. parsed.Select(static number => number!.Value)], pre);
        return true;
    }

    /// <summary>Without a leading v and leading zeros, with missing numbers as zeros.</summary>
    public static string Normalize(string text)
    {
        var plain = text.StartsWith('v') ? text[1..] : text;
        var end = plain.AsSpan().IndexOfAny('-', '+');
        var (core, rest) = end < 0 ? (plain, "") : (plain[..end], plain[end..]);
        var numbers = core.Split('.').Select(static part => part.TrimStart('0') is { Length: > 0 } trimmed ? trimmed : part.Length > 0 ? "0" : "").ToList();
        while (numbers.Count < 3)
        {
            numbers.Add("0");
        }

        return string.Join('.', numbers) + rest;
    }

    public int CompareTo(SemverValue? other)
    {
        var order = (Major, Minor, Patch).CompareTo((other!.Major, other.Minor, other.Patch));
        if (order != 0 || _pre.Length == 0 || other._pre.Length == 0)
        {
            return order != 0 ? order : (_pre.Length == 0 ? 1 : 0) - (other._pre.Length == 0 ? 1 : 0);
        }

        for (var index = 0; index < Math.Min(_pre.Length, other._pre.Length); index++)
        {
            var (left, right) = (_pre[index], other._pre[index]);
            var (isLeft, isRight) = (left.All(char.IsAsciiDigit), right.All(char.IsAsciiDigit));
            order = isLeft && isRight ? left.Length != right.Length ? left.Length - right.Length : string.CompareOrdinal(left, right)
                : isLeft != isRight ? (isLeft ? -1 : 1)
                : string.CompareOrdinal(left, right);
            if (order != 0)
            {
                return order;
            }
        }

        return _pre.Length - other._pre.Length;
    }

    public override bool Equals(object? obj) => obj is SemverValue other && CompareTo(other) == 0;

    public override int GetHashCode() => HashCode.Combine(Major, Minor, Patch);

    public override string ToString() => _text;

    private static bool IsNumber(string part) => part.Length > 0 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0');

    private static bool IsWord(string part) => part.Length > 0 && part.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter == '-');
}
