using System.Globalization;
using System.Numerics;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>A <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/">quantity</see>, exact to a billionth.</summary>
internal sealed class QuantityValue(BigInteger nano) : CelValue
{
    public static readonly BigInteger One = 1_000_000_000;
    private const int LongestText = 100;
    private const int LargestExponent = 50;
    private static readonly Dictionary<string, BigInteger> Units = new(StringComparer.Ordinal)
    {
        ["n"] = 1, ["u"] = 1_000, ["m"] = 1_000_000, [""] = One, ["k"] = One * 1_000, ["M"] = One * 1_000_000, ["G"] = One * One,
        ["T"] = One * One * 1_000, ["P"] = One * One * 1_000_000, ["E"] = One * One * One, ["Ki"] = One << 10, ["Mi"] = One << 20, ["Gi"] = One << 30,
        ["Ti"] = One << 40, ["Pi"] = One << 50, ["Ei"] = One << 60,
    };

    public BigInteger Nano => nano;

    public override CelType Type => QuantityLibrary.Quantity;

    public static bool TryParse(string text, out QuantityValue value)
    {
        value = null!;
        var start = text.StartsWith('+') || text.StartsWith('-') ? 1 : 0;
        var end = start;
        while (end < text.Length && (char.IsAsciiDigit(text[end]) || text[end] == '.'))
        {
            end++;
        }

        var digits = text[start..end];
        var dot = digits.IndexOf('.', StringComparison.Ordinal);
        if (text.Length > LongestText || digits.Length == 0 || digits == "." || digits.LastIndexOf('.') != dot || !TryUnit(text[end..], out var unit))
        {
            return false;
        }

        var decimals = dot < 0 ? 0 : digits.Length - dot - 1;
        var number = BigInteger.Parse(digits.Replace(".", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
        var scaled = number * unit.Numerator;
        var divisor = BigInteger.Pow(10, decimals) * unit.Denominator;
        var rounded = (scaled + divisor - 1) / divisor;
        value = new(text[0] == '-' ? -rounded : rounded);
        return true;
    }

    public override bool Equals(object? obj) => obj is QuantityValue other && other.Nano == nano;

    public override int GetHashCode() => nano.GetHashCode();

    public override string ToString()
    {
        var (suffix, unit) = Units.OrderByDescending(static unit => unit.Value).Where(static unit => !unit.Key.EndsWith('i')).FirstOrDefault(unit => nano % unit.Value == 0, new("n", 1));
        return nano.IsZero ? "0" : (nano / unit).ToString(CultureInfo.InvariantCulture) + suffix;
    }

    private static bool TryUnit(string suffix, out (BigInteger Numerator, BigInteger Denominator) unit)
    {
        unit = (0, 1);
        if (Units.TryGetValue(suffix, out var known))
        {
            unit = (known, 1);
            return true;
        }

        if (suffix.Length < 2 || suffix[0] is not ('e' or 'E') || !int.TryParse(suffix.AsSpan(1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var exponent) || Math.Abs((long)exponent) > LargestExponent)
        {
            return false;
        }

        unit = exponent >= 0 ? (One * BigInteger.Pow(10, exponent), 1) : (One, BigInteger.Pow(10, -exponent));
        return true;
    }
}
