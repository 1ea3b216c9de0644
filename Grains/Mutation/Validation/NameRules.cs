using System.Text.RegularExpressions;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// Kubernetes' rules for <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/">names</see>, labels and keys.
/// Each returns what is wrong, or null.
/// </summary>
internal static partial class NameRules
{
    private const string LabelMessage =
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

    private const string SubdomainMessage =
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string WildcardMessage =
        "a wildcard DNS-1123 subdomain must start with '*.', followed by a valid DNS subdomain, which must consist of lower case alphanumeric characters, '-' or '.' and end with an alphanumeric character (e.g. '*.example.com', regex used for validation is '\\*\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";

    private const string Dns1035Message =
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

    private const string NamePartMessage =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')";

    private const string QualifiedMessage =
        "a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')";

    private const string LabelValueMessage =
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')";

    private const string ConfigKeyMessage =
        "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

    public static string? Label(string text) => text.Length > 63 ? TooLong(63) : LabelPattern().IsMatch(text) ? null : LabelMessage;

    public static string? Subdomain(string text) => text.Length > 253 ? TooLong(253) : SubdomainPattern().IsMatch(text) ? null : SubdomainMessage;

    /// <summary>A host name whose first label may be a wildcard.</summary>
    public static string? Host(string text) =>
        !text.Contains('*', StringComparison.Ordinal) ? Subdomain(text) : text.Length > 253 ? TooLong(253)
        : text.StartsWith("*.", StringComparison.Ordinal) && SubdomainPattern().IsMatch(text[2..]) ? null : WildcardMessage;

    public static string? Dns1035(string text) => text.Length > 63 ? TooLong(63) : Dns1035Pattern().IsMatch(text) ? null : Dns1035Message;

    /// <summary>Names that only have to be one path segment (events, leases of any client).</summary>
    public static string? PathSegment(string text) =>
        text is "." or ".." ? $"may not be '{text}'" : text.Contains('/', StringComparison.Ordinal) ? "may not contain '/'"
        : text.Contains('%', StringComparison.Ordinal) ? "may not contain '%'" : null;

    public static string? QualifiedName(string text)
    {
        var parts = text.Split('/');
        if (parts.Length > 2)
        {
            return QualifiedMessage;
        }

        if (parts.Length == 2)
        {
            if (parts[0].Length == 0)
            {
                return "prefix part must be non-empty";
            }

            if (Subdomain(parts[0]) is { } prefixProblem)
            {
                return $"prefix part {prefixProblem}";
            }
        }

        var name = parts[^1];
        return name.Length == 0 ? "name part must be non-empty" : name.Length > 63 ? $"name part {TooLong(63)}"
            : NamePartPattern().IsMatch(name) ? null : NamePartMessage;
    }

    public static string? LabelValue(string text) =>
        text.Length > 63 ? TooLong(63) : text.Length == 0 || NamePartPattern().IsMatch(text) ? null : LabelValueMessage;

    public static string? ConfigKey(string text) =>
        text.Length > 253 ? TooLong(253) : text is "." or ".." ? $"must not be '{text}'"
        : text.StartsWith("..", StringComparison.Ordinal) ? "must not start with '..'" : ConfigKeyPattern().IsMatch(text) ? null : ConfigKeyMessage;

    public static string? EnvironmentName(string text) =>
        text.Length > 0 && text.All(static letter => letter is >= ' ' and <= '~' and not '=')
            ? null : "a valid environment variable name must consist only of printable ASCII characters other than '='";

    /// <summary>IANA service name, the form of named ports.</summary>
    public static string? PortName(string text) =>
        text.Length > 15 ? "must be no more than 15 characters"
        : !PortNamePattern().IsMatch(text) ? "must contain only alphanumeric characters (a-z, 0-9), and hyphens (-)"
        : !text.Any(char.IsAsciiLetter) ? "must contain at least one letter (a-z)"
        : text.Contains("--", StringComparison.Ordinal) ? "must not contain consecutive hyphens"
        : text[0] == '-' || text[^1] == '-' ? "must not begin or end with a hyphen" : null;

    private static string TooLong(int limit) => $"must be no more than {limit} bytes";

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex LabelPattern();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z")]
    private static partial Regex SubdomainPattern();

    [GeneratedRegex(@"\A[a-z]([-a-z0-9]*[a-z0-9])?\z")]
    private static partial Regex Dns1035Pattern();

    [GeneratedRegex(@"\A([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]\z")]
    private static partial Regex NamePartPattern();

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z")]
    private static partial Regex ConfigKeyPattern();

    [GeneratedRegex(@"\A[-a-z0-9]+\z")]
    private static partial Regex PortNamePattern();
}
