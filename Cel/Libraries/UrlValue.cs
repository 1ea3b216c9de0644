using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>A URL with a scheme, or an absolute path.</summary>
internal sealed class UrlValue : CelValue
{
    private readonly string _text;
    private readonly string _query;

    private UrlValue(string text, string scheme, string authority, string path, string query)
    {
        (_text, Scheme, EscapedPath, _query) = (text, scheme, path, query);
        Host = authority[(authority.LastIndexOf('@') + 1)..];
        var colon = Host.LastIndexOf(':');
        var hasPort = colon >= 0 && !Host.EndsWith(']') && (Host[0] == '[' || Host.IndexOf(':', StringComparison.Ordinal) == colon);
        Port = hasPort ? Host[(colon + 1)..] : "";
        Hostname = (hasPort ? Host[..colon] : Host).Trim('[', ']');
    }

    public string Scheme { get; }

    /// <summary>With the port.</summary>
    public string Host { get; }

    public string Hostname { get; }

    public string Port { get; }

    public string EscapedPath { get; }

    public override CelType Type => UrlLibrary.Url;

    public static bool TryParse(string text, out UrlValue url)
    {
        url = null!;
        if (text.Length == 0 || text.Any(static letter => char.IsControl(letter)))
        {
            return false;
        }

        var mark = text.IndexOf('?', StringComparison.Ordinal);
        var (rest, query) = mark < 0 ? (text, "") : (text[..mark], text[(mark + 1)..]);
        var scheme = "";
        if (rest[..Math.Max(0, rest.IndexOf(':', StringComparison.Ordinal))] is { Length: > 0 } start && char.IsAsciiLetter(start[0])
            && start.All(static letter => char.IsAsciiLetterOrDigit(letter) || letter is '+' or '-' or '.'))
        {
            (scheme, rest) = (start.ToLowerInvariant(), rest[(start.Length + 1)..]);
        }

        if (rest.Length == 0 || rest[0] != '/')
        {
            return scheme.Length > 0 && rest.Length > 0 && Take(text, scheme, "", "", query, out url);
        }

        var authority = "";
        if (rest.StartsWith("//", StringComparison.Ordinal) && (scheme.Length > 0 || !rest.StartsWith("///", StringComparison.Ordinal)))
        {
            var slash = rest.IndexOf('/', 2);
            (authority, rest) = slash < 0 ? (rest[2..], "") : (rest[2..slash], rest[slash..]);
        }

        return IsAuthority(authority) && IsEscaped(rest) && Take(text, scheme, authority, rest, query, out url);
    }

    /// <summary>Values by name, in their order.</summary>
    public MapValue Query()
    {
        var values = new Dictionary<string, List<CelValue>>(StringComparer.Ordinal);
        foreach (var pair in _query.Split('&', StringSplitOptions.RemoveEmptyEntries).Where(static pair => !pair.Contains(';', StringComparison.Ordinal)))
        {
            var equal = pair.IndexOf('=', StringComparison.Ordinal);
            var name = Plain(equal < 0 ? pair : pair[..equal]);
            if (!values.TryGetValue(name, out var list))
            {
                values[name] = list = [];
            }

            list.Add(new StringValue(equal < 0 ? "" : Plain(pair[(equal + 1)..])));
        }

        return new DictionaryValue(values.ToDictionary(static pair => (CelValue)new StringValue(pair.Key), static pair => (CelValue)new ArrayListValue(pair.Value)));
    }

    public override bool Equals(object? obj) => obj is UrlValue other && other._text == _text;

    public override int GetHashCode() => _text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => _text;

    private static bool Take(string text, string scheme, string authority, string path, string query, out UrlValue url)
    {
        url = new(text, scheme, authority, path, query);
        return true;
    }

    private static bool IsAuthority(string authority)
    {
        var host = authority[(authority.LastIndexOf('@') + 1)..];
        var end = host.StartsWith('[') ? host.IndexOf(']', StringComparison.Ordinal) : 0;
        if (end < 0)
        {
            return false;
        }

        var colon = host.IndexOf(':', end);
        return (colon < 0 || host[(colon + 1)..].All(char.IsAsciiDigit)) && !host.AsSpan().ContainsAny(" <>\"`^{|}\\") && IsEscaped(host);
    }

    private static bool IsEscaped(string text)
    {
        for (var at = text.IndexOf('%', StringComparison.Ordinal); at >= 0; at = text.IndexOf('%', at + 1))
        {
            if (at + 2 >= text.Length || !char.IsAsciiHexDigit(text[at + 1]) || !char.IsAsciiHexDigit(text[at + 2]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Plain(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
