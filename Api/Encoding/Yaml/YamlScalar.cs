using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Crescent.Api.Encoding.Yaml;

/// <summary>Types of YAML scalars, both ways.</summary>
internal static partial class YamlScalar
{
    public static void Write(Utf8JsonWriter writer, Scalar scalar)
    {
        var text = scalar.Value;
        if (scalar.Style != ScalarStyle.Plain || scalar.Tag == "tag:yaml.org,2002:str")
        {
            writer.WriteStringValue(text);
        }
        else if (IsNull(text))
        {
            writer.WriteNullValue();
        }
        else if (AsBoolean(text) is { } flag)
        {
            writer.WriteBooleanValue(flag);
        }
        else if (JsonNumber.IsMatch(text))
        {
            writer.WriteRawValue(text, skipInputValidation: true);
        }
        else if (AsInteger(text) is { } integer)
        {
            writer.WriteNumberValue(integer);
        }
        else if (LooseNumber.IsMatch(text) && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number))
        {
            writer.WriteNumberValue(number);
        }
        else
        {
            writer.WriteStringValue(text);
        }
    }

    /// <summary>True when the text, written plainly, would be read back as something else than a string.</summary>
    public static bool NeedsQuotes(string text) =>
        IsNull(text) || AsBoolean(text) is not null || LooseNumber.IsMatch(text) || AsInteger(text) is not null || Timestamp.IsMatch(text)
        || text is "=" or "<<";

    private static bool IsNull(string text) => text is "" or "~" or "null" or "Null" or "NULL";

    private static bool? AsBoolean(string text) => text switch
    {
        "true" or "True" or "TRUE" or "yes" or "Yes" or "YES" or "on" or "On" or "ON" => true,
        "false" or "False" or "FALSE" or "no" or "No" or "NO" or "off" or "Off" or "OFF" => false,
        _ => null,
    };

    /// <summary>Hexadecimal, octal and binary forms, and decimals with underscores or a plus sign.</summary>
    private static long? AsInteger(string text)
    {
        var isNegative = text.StartsWith('-');
        var digits = text.TrimStart('-', '+').Replace("_", string.Empty, StringComparison.Ordinal);
        if (digits.Length == 0 || !char.IsAsciiDigit(digits[0]) || text.Length - digits.Length > 1 + text.Count(static c => c == '_'))
        {
            return null;
        }

        var (radix, body) = digits switch
        {
            ['0', 'x' or 'X', .. var rest] => (16, rest),
            ['0', 'o' or 'O', .. var rest] => (8, rest),
            ['0', 'b' or 'B', .. var rest] => (2, rest),
            ['0', _, ..] => (8, digits[1..]),
            _ => (10, digits),
        };
        long value = 0;
        foreach (var character in body)
        {
            var digit = char.IsAsciiHexDigit(character) ? Convert.ToInt32(character.ToString(), 16) : 99;
            if (digit >= radix || value > (long.MaxValue - digit) / radix)
            {
                return null;
            }

            value = value * radix + digit;
        }

        return body.Length == 0 ? null : isNegative ? -value : value;
    }

    [GeneratedRegex(@"^-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex JsonNumber { get; }

    [GeneratedRegex(@"^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$", RegexOptions.CultureInvariant)]
    private static partial Regex LooseNumber { get; }

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Timestamp { get; }
}
