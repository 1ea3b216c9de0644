using System.Collections.Frozen;
using System.Net;
using System.Text;

namespace Crescent.Api.Proxying;

/// <summary>One start tag, from its less-than to its greater-than sign.</summary>
internal static class HtmlTag
{
    /// <summary>Attributes that hold a link, see <see href="https://html.spec.whatwg.org/multipage/indices.html#attributes-3">HTML's index</see>, and older ones.</summary>
    private static readonly FrozenDictionary<string, string[]> Links = new Dictionary<string, string[]>(StringComparer.Ordinal)
    {
        ["a"] = ["href"], ["applet"] = ["codebase"], ["area"] = ["href"], ["audio"] = ["src"], ["base"] = ["href"], ["blockquote"] = ["cite"],
        ["body"] = ["background"], ["button"] = ["formaction"], ["command"] = ["icon"], ["del"] = ["cite"], ["embed"] = ["src"], ["form"] = ["action"],
        ["frame"] = ["longdesc", "src"], ["head"] = ["profile"], ["html"] = ["manifest"], ["iframe"] = ["longdesc", "src"],
        ["img"] = ["longdesc", "src", "usemap"], ["input"] = ["src", "usemap", "formaction"], ["ins"] = ["cite"], ["link"] = ["href"],
        ["object"] = ["classid", "codebase", "data", "usemap"], ["q"] = ["cite"], ["script"] = ["src"], ["source"] = ["src"], ["video"] = ["poster", "src"],
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>In lower case, a slash before the name of an end tag.</summary>
    public static string NameOf(string tag)
    {
        var end = 1;
        while (end < tag.Length && !char.IsWhiteSpace(tag[end]) && tag[end] != '>' && (tag[end] != '/' || end == 1))
        {
            end++;
        }

        return tag[1..end].ToLowerInvariant();
    }

    public static string Rewrite(string tag, string name, Func<string, string> rewrite)
    {
        if (!Links.TryGetValue(name, out var attributes))
        {
            return tag;
        }

        var result = new StringBuilder();
        var copied = 0;
        var position = 1 + name.Length;
        while (TryNext(tag, ref position, out var attribute, out var from, out var to))
        {
            var value = WebUtility.HtmlDecode(tag[from..to]);
            if (attributes.Contains(attribute) && rewrite(value) is var replaced && replaced != value)
            {
                var isQuoted = tag[from - 1] is '"' or '\'';
                result.Append(tag, copied, from - copied).Append(isQuoted ? "" : "\"").Append(Escape(replaced)).Append(isQuoted ? "" : "\"");
                copied = to;
            }
        }

        return copied == 0 ? tag : result.Append(tag, copied, tag.Length - copied).ToString();
    }

    /// <summary>Characters of one byte stay: what the page's encoding makes of them is its own business.</summary>
    private static string Escape(string value) => string.Concat(value.Select(static character => character switch
    {
        '&' => "&amp;",
        '"' => "&#34;",
        '\'' => "&#39;",
        '<' => "&lt;",
        '>' => "&gt;",
        <= '\u00FF' => character.ToString(),
        _ => $"&#{(int)character};",
    }));

    /// <summary>The next attribute with a value, and where that stands without its quotes.</summary>
    private static bool TryNext(string tag, ref int position, out string name, out int from, out int to)
    {
        while (position < tag.Length - 1)
        {
            Skip(tag, ref position, static character => char.IsWhiteSpace(character) || character == '/');
            var start = position;
            Skip(tag, ref position, static character => !char.IsWhiteSpace(character) && character is not ('=' or '/' or '>'));
            name = tag[start..position].ToLowerInvariant();
            Skip(tag, ref position, char.IsWhiteSpace);
            if (tag[position] != '=')
            {
                position += position == start ? 1 : 0;
                continue;
            }

            position++;
            Skip(tag, ref position, char.IsWhiteSpace);
            if (tag[position] is var quote and ('"' or '\''))
            {
                from = ++position;
                Skip(tag, ref position, character => character != quote);
                to = position++;
            }
            else
            {
                from = position;
                Skip(tag, ref position, static character => !char.IsWhiteSpace(character) && character != '>');
                to = position;
            }

            return true;
        }

        (name, from, to) = ("", 0, 0);
        return false;
    }

    private static void Skip(string tag, ref int position, Func<char, bool> isSkipped)
    {
        while (position < tag.Length - 1 && isSkipped(tag[position]))
        {
            position++;
        }
    }
}
