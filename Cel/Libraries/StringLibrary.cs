using System.Text;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary>Strings. Positions and lengths count code points.</summary>
internal static class StringLibrary
{
    public static void AddTo(FunctionTable table)
    {
        table.Member("contains", [CelType.String, CelType.String], CelType.Bool,
            static a => Of(a[0].Text().Contains(a[1].Text(), StringComparison.Ordinal)), static a => Tenth(a[0].Size) * Tenth(a[1].Size));
        table.Member("startsWith", [CelType.String, CelType.String], CelType.Bool,
            static a => Of(a[0].Text().StartsWith(a[1].Text(), StringComparison.Ordinal)), static a => Tenth(a[1].Size));
        table.Member("endsWith", [CelType.String, CelType.String], CelType.Bool,
            static a => Of(a[0].Text().EndsWith(a[1].Text(), StringComparison.Ordinal)), static a => Tenth(a[1].Size));
        table.Member("charAt", [CelType.String, CelType.Int], CelType.String, static a => CharAt(a[0].Text(), a[1].Int()), Cost);
        table.Member("substring", [CelType.String, CelType.Int], CelType.String,
            static a => Substring(a[0].Text(), a[1].Int(), null), Cost);
        table.Member("substring", [CelType.String, CelType.Int, CelType.Int], CelType.String,
            static a => Substring(a[0].Text(), a[1].Int(), a[2].Int()), Cost);
        table.Member("lowerAscii", [CelType.String], CelType.String,
            static a => Of(string.Create(a[0].Text().Length, a[0].Text(), static (to, from) => Each(from, to, char.ToLowerInvariant))), Cost);
        table.Member("upperAscii", [CelType.String], CelType.String,
            static a => Of(string.Create(a[0].Text().Length, a[0].Text(), static (to, from) => Each(from, to, char.ToUpperInvariant))), Cost);
        table.Member("trim", [CelType.String], CelType.String, static a => Of(a[0].Text().Trim()), Cost);
        table.Global("strings.quote", [CelType.String], CelType.String, static a => Of(Quote(a[0].Text())), Cost);
        Searches(table);
        Pieces(table);
        table.Member("format", [CelType.String, CelType.List(CelType.Dyn)], CelType.String,
            static a => TextFormat.Format(a[0].Text(), (ListValue)a[1]), static a => Tenth(a[0].Size * 2) + OperatorLibrary.Weigh(a[1]));
    }

    public static long Length(string text)
    {
        var length = text.Length;
        for (var index = 1; index < text.Length; index++)
        {
            length -= char.IsLowSurrogate(text[index]) && char.IsHighSurrogate(text[index - 1]) ? 1 : 0;
        }

        return length;
    }

    private static void Searches(FunctionTable table)
    {
        table.Member("indexOf", [CelType.String, CelType.String], CelType.Int,
            static a => IndexOf(a[0].Text(), a[1].Text(), 0), SearchCost);
        table.Member("indexOf", [CelType.String, CelType.String, CelType.Int], CelType.Int,
            static a => IndexOf(a[0].Text(), a[1].Text(), a[2].Int()), SearchCost);
        table.Member("lastIndexOf", [CelType.String, CelType.String], CelType.Int,
            static a => LastIndexOf(a[0].Text(), a[1].Text(), null), SearchCost);
        table.Member("lastIndexOf", [CelType.String, CelType.String, CelType.Int], CelType.Int,
            static a => LastIndexOf(a[0].Text(), a[1].Text(), a[2].Int()), SearchCost);
    }

    private static void Pieces(FunctionTable table)
    {
        table.Member("replace", [CelType.String, CelType.String, CelType.String], CelType.String,
            static a => Replace(a[0].Text(), a[1].Text(), a[2].Text(), -1), ReplaceCost);
        table.Member("replace", [CelType.String, CelType.String, CelType.String, CelType.Int], CelType.String,
            static a => Replace(a[0].Text(), a[1].Text(), a[2].Text(), a[3].Int()), ReplaceCost);
        table.Member("split", [CelType.String, CelType.String], Strings, static a => Split(a[0].Text(), a[1].Text(), -1), SplitCost);
        table.Member("split", [CelType.String, CelType.String, CelType.Int], Strings,
            static a => Split(a[0].Text(), a[1].Text(), a[2].Int()), SplitCost);
        table.Member("join", [Strings], CelType.String, static a => Join((ListValue)a[0], ""), static a => OperatorLibrary.Weigh(a[0]));
        table.Member("join", [Strings, CelType.String], CelType.String,
            static a => Join((ListValue)a[0], a[1].Text()), static a => OperatorLibrary.Weigh(a[0]) + Tenth(a[0].Size * a[1].Size));
    }

    private static CelValue CharAt(string text, long index) =>
        index == Length(text) ? StringValue.Empty : Unit(text, index) is { } at ? Of(text.Substring(at, char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1)) : OutOfRange(index);

    private static CelValue Substring(string text, long begin, long? end)
    {
        if (Unit(text, begin) is not { } from)
        {
            return OutOfRange(begin);
        }

        var to = end is null ? text.Length : Unit(text, end.Value);
        if (to is null)
        {
            return OutOfRange(end!.Value);
        }

        return to < from ? Fail($"invalid substring range. start: {begin}, end: {end}") : Of(text[from..to.Value]);
    }

    private static CelValue IndexOf(string text, string part, long from) => Unit(text, from) is { } at
        ? Of(text.IndexOf(part, at, StringComparison.Ordinal) is >= 0 and var found ? Length(text[..found]) : -1)
        : part.Length == 0 ? Of(from) : OutOfRange(from);

    private static CelValue LastIndexOf(string text, string part, long? from)
    {
        var at = from is null ? text.Length : Unit(text, from.Value);
        if (at is null)
        {
            return OutOfRange(from!.Value);
        }

        var end = Math.Min(text.Length, (long)at + part.Length);
        return Of(text.AsSpan(0, (int)end).LastIndexOf(part, StringComparison.Ordinal) is >= 0 and var found ? Length(text[..found]) : -1);
    }

    /// <summary>The position in UTF-16 of a code point, or of the end; null outside.</summary>
    private static int? Unit(string text, long index)
    {
        if (index < 0 || index > text.Length)
        {
            return null;
        }

        var at = 0;
        for (; index > 0 && at < text.Length; index--)
        {
            at += char.IsHighSurrogate(text[at]) && at + 1 < text.Length ? 2 : 1;
        }

        return index == 0 ? at : null;
    }

    private static CelValue Replace(string text, string old, string replacement, long most)
    {
        if (most < 0 && old.Length > 0)
        {
            return Of(text.Replace(old, replacement, StringComparison.Ordinal));
        }

        var result = new StringBuilder(text.Length);
        var at = 0;
        for (var count = 0L; most < 0 || count < most; count++)
        {
            var found = old.Length == 0 ? at + (count > 0 ? 1 : 0) : text.IndexOf(old, at, StringComparison.Ordinal);
            if (found < 0 || found > text.Length)
            {
                break;
            }

            result.Append(text, at, found - at).Append(replacement);
            at = found + old.Length;
        }

        return Of(result.Append(text, at, text.Length - at).ToString());
    }

    private static ArrayListValue Split(string text, string separator, long most)
    {
        if (most == 0)
        {
            return ArrayListValue.Empty;
        }

        var count = most < 0 ? int.MaxValue : (int)Math.Min(most, int.MaxValue);
        var parts = separator.Length > 0 ? text.Split(separator, count) : Letters(text, count);
        return new([.. parts.Select(static part => Of(part))]);
    }

    private static string[] Letters(string text, int most)
    {
        var letters = text.EnumerateRunes().Select(static rune => rune.ToString()).ToArray();
        return letters.Length <= most ? letters : [.. letters[..(most - 1)], string.Concat(letters[(most - 1)..])];
    }

    private static CelValue Join(ListValue list, string separator)
    {
        var text = new StringBuilder();
        for (var index = 0; index < list.Count; index++)
        {
            if (list[index] is not StringValue part)
            {
                return ErrorValue.NoOverload;
            }

            text.Append(index > 0 ? separator : "").Append(part.Value);
        }

        return Of(text.ToString());
    }

    private static void Each(string from, Span<char> to, Func<char, char> change)
    {
        for (var index = 0; index < from.Length; index++)
        {
            to[index] = char.IsAscii(from[index]) ? change(from[index]) : from[index];
        }
    }

    private static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var letter in text)
        {
            quoted.Append(letter switch
            {
                '\a' => "\\a", '\b' => "\\b", '\f' => "\\f", '\n' => "\\n", '\r' => "\\r", '\t' => "\\t", '\v' => "\\v", '\\' => "\\\\", '"' => "\\\"",
                _ => letter.ToString(),
            });
        }

        return quoted.Append('"').ToString();
    }

    private static ErrorValue OutOfRange(long index) => Fail($"index out of range: {index}");

    private static long Cost(CelValue[] arguments) => Tenth(arguments[0].Size);

    private static long SplitCost(CelValue[] arguments) => Math.Max(1, arguments[0].Size / 2);

    private static long SearchCost(CelValue[] arguments) => Tenth(arguments[0].Size) * Tenth(arguments[1].Size);

    private static long ReplaceCost(CelValue[] arguments)
    {
        var most = arguments[1].Size == 0 ? arguments[0].Size + 1 : arguments[0].Size / arguments[1].Size;
        return Tenth(arguments[0].Size + most * arguments[2].Size);
    }
}
