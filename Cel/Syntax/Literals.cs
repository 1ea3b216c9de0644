using System.Globalization;
using System.Text;

namespace Crescent.Cel.Syntax;

/// <summary>What the text of a literal means.</summary>
internal static class Literals
{
    public static bool TryInt(string text, bool isNegative, out long value)
    {
        value = 0;
        if (!TryDigits(text, out var digits) || digits > (ulong)long.MaxValue + (isNegative ? 1ul : 0))
        {
            return false;
        }

        value = isNegative ? unchecked(-(long)digits) : (long)digits;
        return true;
    }

    public static bool TryUint(string text, out ulong value) => TryDigits(text[..^1], out value);

    public static bool TryDouble(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);

    /// <summary>A string literal's text, quotes and prefix included, without them and with its escapes resolved.</summary>
    public static bool TryString(string literal, out string value)
    {
        var (body, isRaw) = Open(literal);
        value = body;
        if (isRaw || !body.Contains('\\', StringComparison.Ordinal))
        {
            return true;
        }

        var text = new StringBuilder(body.Length);
        for (var at = 0; at < body.Length; at++)
        {
            if (body[at] != '\\')
            {
                text.Append(body[at]);
                continue;
            }

            if (!TryEscape(body, ref at, out var code) || !Rune.IsValid(code))
            {
                return false;
            }

            text.Append(new Rune(code).ToString());
        }

        value = text.ToString();
        return true;
    }

    /// <summary>As a string, except that octal and hexadecimal escapes are bytes; escapes of code points are not allowed.</summary>
    public static bool TryBytes(string literal, out byte[] value)
    {
        var (body, isRaw) = Open(literal[1..]);
        using var bytes = new MemoryStream(body.Length);
        for (var at = 0; at < body.Length; at++)
        {
            if (body[at] == '\\' && !isRaw)
            {
                if (body[at + 1] is 'u' or 'U' || !TryEscape(body, ref at, out var code))
                {
                    value = [];
                    return false;
                }

                bytes.WriteByte((byte)code);
                continue;
            }

            var length = char.IsHighSurrogate(body[at]) && at + 1 < body.Length ? 2 : 1;
            bytes.Write(Encoding.UTF8.GetBytes(body, at, length));
            at += length - 1;
        }

        value = bytes.ToArray();
        return true;
    }

    private static bool TryDigits(string text, out ulong value) => text.StartsWith("0x", StringComparison.Ordinal)
        ? ulong.TryParse(text.AsSpan(2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out value)
        : ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    private static (string Body, bool IsRaw) Open(string literal)
    {
        var isRaw = literal[0] is 'r' or 'R';
        var text = isRaw ? literal.AsSpan(1) : literal;
        var isLong = text.Length >= 6 && text[0] == text[1] && text[1] == text[2];
        var body = isLong ? text[3..^3] : text[1..^1];
        return (body.ToString().Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n'), isRaw);
    }

    private static bool TryEscape(string body, ref int at, out int code)
    {
        var kind = body[++at];
        var (length, radix) = kind switch
        {
            'x' or 'X' => (2, 16),
            'u' => (4, 16),
            'U' => (8, 16),
            >= '0' and <= '3' => (2, 8),
            _ => (0, 0),
        };
        if (length == 0)
        {
            code = kind switch { 'a' => 7, 'b' => 8, 'f' => 12, 'n' => 10, 'r' => 13, 't' => 9, 'v' => 11, _ => kind };
            return true;
        }

        long value = radix == 8 ? kind - '0' : 0;
        for (; length > 0; length--)
        {
            value = value * radix + Convert.ToInt32(body[++at].ToString(), 16);
        }

        code = value <= 0x10FFFF ? (int)value : -1;
        return code >= 0;
    }
}
