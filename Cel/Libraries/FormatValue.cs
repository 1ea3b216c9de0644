using System.Collections.Frozen;
using System.Globalization;
using System.Text.RegularExpressions;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>A rule for strings with a name.</summary>
internal sealed class FormatValue(string name, Func<string, string?> check) : CelValue
{
    private const string Label = "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";
    private const string Subdomain = "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
    private const string Old = "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";
    private const string Part = "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";
    private const string Value = "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";
    private static readonly FrozenDictionary<string, FormatValue> ByName = new FormatValue[]
    {
        new("dns1123Label", static text => Fits(text, 63, "[a-z0-9]([-a-z0-9]*[a-z0-9])?", Label)),
        new("dns1123Subdomain", static text => Fits(text, 253, @"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", Subdomain)),
        new("dns1035Label", static text => Fits(text, 63, "[a-z]([-a-z0-9]*[a-z0-9])?", Old)),
        new("dns1123LabelPrefix", static text => Fits(Unprefixed(text), 63, "[a-z0-9]([-a-z0-9]*[a-z0-9])?", Label)),
        new("dns1123SubdomainPrefix", static text => Fits(Unprefixed(text), 253, @"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", Subdomain)),
        new("dns1035LabelPrefix", static text => Fits(Unprefixed(text), 63, "[a-z]([-a-z0-9]*[a-z0-9])?", Old)),
        new("qualifiedName", QualifiedName),
        new("labelValue", static text => Fits(text, 63, "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", Value)),
        new("uri", static text => UrlValue.TryParse(text, out _) ? null : $"parse \"{text}\": invalid URI for request"),
        new("uuid", static text => Fits(text, 45, "(?i:(urn:uuid:)?[0-9a-f]{8}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{4}-?[0-9a-f]{12})", "does not match the UUID format")),
        new("byte", static text => Convert.TryFromBase64String(text, new byte[text.Length], out _) ? null : "invalid base64"),
        new("date", static text => DateTime.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? null : "invalid date"),
        new("datetime", static text => TimestampValue.TryParse(text, out _) ? null : "invalid datetime"),
    }.ToFrozenDictionary(static format => format.Name, StringComparer.Ordinal);

    public string Name => name;

    public override CelType Type => FormatLibrary.Format;

    internal static IEnumerable<string> Names => ByName.Keys.Order(StringComparer.Ordinal);

    public static FormatValue? Named(string name) => ByName.GetValueOrDefault(name);

    /// <summary>What is wrong with the text; null for nothing.</summary>
    public string? Validate(string text) => check(text);

    public override bool Equals(object? obj) => obj is FormatValue other && other.Name == name;

    public override int GetHashCode() => name.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => name;

    private static string? Fits(string text, int longest, string pattern, string message)
    {
        if (text.Length > longest)
        {
            return string.Create(CultureInfo.InvariantCulture, $"must be no more than {longest} characters");
        }

        return Regex.IsMatch(text, $"^(?:{pattern})\\z", RegexOptions.NonBacktracking | RegexOptions.CultureInvariant) ? null : message;
    }

    private static string? QualifiedName(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2)
        {
            return "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";
        }

        var prefix = parts.Length == 2 ? Fits(parts[0], 253, @"[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*", Subdomain) : null;
        return prefix is null ? Fits(parts[^1], 63, "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", Part) : $"prefix part {prefix}";
    }

    /// <summary>A prefix may end with a dash, because something follows.</summary>
    private static string Unprefixed(string text) => text.Length > 1 && text.EndsWith('-') ? text[..^1] + "a" : text;
}
