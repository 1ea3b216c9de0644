using System.Text.RegularExpressions;

namespace Crescent.Api.Selectors;

/// <summary>Allowed label keys and values.</summary>
internal static partial class LabelSyntax
{
    public static bool IsKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        var name = key[(slash + 1)..];
        return name.Length is > 0 and <= 63 && Name.IsMatch(name) && (slash < 0 || (slash is > 0 and <= 253 && Prefix.IsMatch(key[..slash])));
    }

    public static bool IsValue(string value) => value.Length == 0 || (value.Length <= 63 && Name.IsMatch(value));

    [GeneratedRegex("^([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex Name { get; }

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$", RegexOptions.CultureInvariant)]
    private static partial Regex Prefix { get; }
}
