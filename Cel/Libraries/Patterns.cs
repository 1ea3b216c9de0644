using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Crescent.Cel.Libraries;

/// <summary>
/// Regular expressions in <see href="https://github.com/google/re2/wiki/Syntax">RE2's syntax</see>, run by an engine whose time grows with the
/// text alone. Classes such as <c>\d</c> mean ASCII, <c>$</c> the very end, as there.
/// </summary>
internal static class Patterns
{
    private const int MostKept = 512;
    private const int MostRepeats = 1000;
    private const int Longest = 10_000;
    private static readonly ConcurrentDictionary<string, Regex?> Kept = new(StringComparer.Ordinal);

    /// <summary>Null for a pattern that cannot be read, or that needs backtracking.</summary>
    public static Regex? Get(string pattern)
    {
        if (Kept.TryGetValue(pattern, out var kept))
        {
            return kept;
        }

        if (Kept.Count >= MostKept)
        {
            Kept.Clear();
        }

        var made = Make(pattern);
        Kept[pattern] = made;
        return made;
    }

    private static Regex? Make(string pattern)
    {
        if (pattern.Length > Longest || Translate(pattern) is not { } translated)
        {
            return null;
        }

        try
        {
            return new(translated, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (ArgumentException)
        {
            return null;
        }
        catch (NotSupportedException)
        {
            return null;
        }
    }

    private static string? Translate(string pattern)
    {
        var text = new StringBuilder(pattern.Length + 16);
        var inClass = false;
        for (var at = 0; at < pattern.Length; at++)
        {
            var letter = pattern[at];
            if (letter == '\\')
            {
                if (++at >= pattern.Length || Escape(pattern, ref at, inClass) is not { } escape)
                {
                    return null;
                }

                text.Append(escape);
            }
            else if (inClass)
            {
                if (letter == '[' && pattern.AsSpan(at).StartsWith("[:") && pattern.IndexOf(":]", at, StringComparison.Ordinal) is > 0 and var end)
                {
                    if (Posix(pattern[(at + 2)..end]) is not { } members)
                    {
                        return null;
                    }

                    text.Append(members);
                    at = end + 1;
                    continue;
                }

                text.Append(letter == '[' ? "\\[" : letter);
                inClass = letter != ']';
            }
            else if (letter == '[')
            {
                inClass = true;
                text.Append(letter);
                foreach (var first in (ReadOnlySpan<char>)['^', ']'])
                {
                    if (at + 1 < pattern.Length && pattern[at + 1] == first)
                    {
                        text.Append(first == ']' ? "\\]" : "^");
                        at++;
                    }
                }
            }
            else if (letter == '{' && IsTooOften(pattern, at))
            {
                return null;
            }
            else
            {
                text.Append(letter == '$' ? "\\z" : letter == '(' && pattern.AsSpan(at).StartsWith("(?P<") ? "(?" : letter.ToString());
                at += letter == '(' && pattern.AsSpan(at).StartsWith("(?P<") ? 2 : 0;
            }
        }

        return inClass ? null : text.ToString();
    }

    private static bool IsTooOften(string pattern, int at)
    {
        var end = pattern.IndexOf('}', at);
        return end > 0 && pattern[(at + 1)..end].Split(',').Any(static count => count.Length > 9 || (int.TryParse(count, out var times) && times > MostRepeats));
    }

    private static string? Escape(string pattern, ref int at, bool inClass)
    {
        var letter = pattern[at];
        switch (letter)
        {
            case 'd' or 'w' or 's':
                var members = letter switch { 'd' => "0-9", 'w' => "0-9A-Za-z_", _ => @"\t\n\f\r\x20" };
                return inClass ? members : $"[{members}]";
            case 'D' or 'W' or 'S' when !inClass:
                return letter switch { 'D' => "[^0-9]", 'W' => "[^0-9A-Za-z_]", _ => @"[^\t\n\f\r\x20]" };
            case 'Q':
                var end = pattern.IndexOf("\\E", at, StringComparison.Ordinal);
                var literal = end < 0 ? pattern[(at + 1)..] : pattern[(at + 1)..end];
                at = end < 0 ? pattern.Length : end + 1;
                return Regex.Escape(literal).Replace("]", "\\]", StringComparison.Ordinal).Replace("}", "\\}", StringComparison.Ordinal);
            case 'p' or 'P' when at + 1 < pattern.Length && pattern[at + 1] != '{':
                return $"\\{letter}{{{pattern[++at]}}}";
            case 'z' or 'A' or 'b' or 'B' or 'n' or 'r' or 't' or 'f' or 'v' or 'a' or 'x' or 'p' or 'P' or 'D' or 'W' or 'S':
                return letter == 'x' && at + 1 < pattern.Length && pattern[at + 1] == '{' ? CodePoint(pattern, ref at) : $"\\{letter}";
            default:
                return char.IsAsciiLetterOrDigit(letter) ? null : $"\\{letter}";
        }
    }

    private static string? CodePoint(string pattern, ref int at)
    {
        var end = pattern.IndexOf('}', at);
        if (end < 0 || !int.TryParse(pattern.AsSpan(at + 2, end - at - 2), System.Globalization.NumberStyles.AllowHexSpecifier, null, out var code) || code > 0xFFFF)
        {
            return null;
        }

        at = end;
        return $"\\u{code:x4}";
    }

    private static string? Posix(string name) => name switch
    {
        "alnum" => "0-9A-Za-z",
        "alpha" => "A-Za-z",
        "digit" => "0-9",
        "lower" => "a-z",
        "upper" => "A-Z",
        "space" => @"\t\n\v\f\r\x20",
        "xdigit" => "0-9A-Fa-f",
        "word" => "0-9A-Za-z_",
        "punct" => @"!-/:-@\[-`{-~",
        "blank" => @"\t\x20",
        _ => null,
    };
}
