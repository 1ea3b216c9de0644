using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Crescent.Security;

/// <summary>
/// A statement of the cluster about a caller: <c>c1.KIND.NAME.EXPIRES.SIGNATURE</c>, where NAME and SIGNATURE are base64url and EXPIRES
/// is seconds since 1970. One algorithm (ECDSA P-256, SHA-256), so there is nothing to choose and nothing to confuse.
/// </summary>
public sealed record CallToken(CallerKind Kind, string Name, DateTimeOffset Expires)
{
    private const string Prefix = "c1.";

    /// <summary>The text form, signed.</summary>
    public string Sign(ECDsa key)
    {
        var payload = string.Create(
            CultureInfo.InvariantCulture,
            $"{Prefix}{(int)Kind}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(Name))}.{Expires.ToUnixTimeSeconds()}");
        return $"{payload}.{Base64Url.EncodeToString(key.SignData(Encoding.ASCII.GetBytes(payload), HashAlgorithmName.SHA256))}";
    }

    /// <summary>The token behind <paramref name="text"/> when this cluster signed it, else null. Expiry is for the caller to judge.</summary>
    public static CallToken? Verify(string text, ECDsa key)
    {
        var end = text.LastIndexOf('.');
        if (end < 0 || text.Length > 1024 || !text.StartsWith(Prefix, StringComparison.Ordinal) || !Base64Url.IsValid(text.AsSpan(end + 1)))
        {
            return null;
        }

        var signature = Base64Url.DecodeFromChars(text.AsSpan(end + 1));
        if (!key.VerifyData(Encoding.UTF8.GetBytes(text[..end]), signature, HashAlgorithmName.SHA256))
        {
            return null;
        }

        var parts = text[Prefix.Length..end].Split('.');
        return new(
            (CallerKind)int.Parse(parts[0], CultureInfo.InvariantCulture),
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(parts[1])),
            DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[2], CultureInfo.InvariantCulture)));
    }
}
