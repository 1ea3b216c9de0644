using System.Buffers.Text;
using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Authentication;

/// <summary>A signed token, see <see href="https://www.rfc-editor.org/rfc/rfc7519">RFC 7519</see>. Reading it says nothing about its truth: verify.</summary>
public sealed class Jwt
{
    private readonly byte[] _signed;
    private readonly byte[] _signature;

    private Jwt(JsonElement header, JsonElement claims, byte[] signed, byte[] signature)
    {
        Algorithm = Text(header, "alg");
        KeyId = Text(header, "kid");
        Claims = claims;
        _signed = signed;
        _signature = signature;
    }

    public string Algorithm { get; }

    public string KeyId { get; }

    public JsonElement Claims { get; }

    public string Issuer => Text(Claims, "iss");

    public string Subject => Text(Claims, "sub");

    /// <summary><c>aud</c>, which may be a text or a list.</summary>
    public ImmutableArray<string> Audiences => Claims.TryGetProperty("aud", out var audience) ? audience.ValueKind switch
    {
        JsonValueKind.String => [audience.GetString()!],
        JsonValueKind.Array => [.. audience.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)],
        _ => [],
    } : [];

    /// <summary>Null when the claim is missing.</summary>
    public DateTimeOffset? Expires => Time("exp");

    public DateTimeOffset? NotBefore => Time("nbf");

    public static string Sign(JsonObject claims, TokenKey key)
    {
        var header = new JsonObject { ["alg"] = key.Algorithm, ["kid"] = key.Id };
        var signed = $"{Encode(header)}.{Encode(claims)}";
        return $"{signed}.{Base64Url.EncodeToString(key.Sign(Encoding.ASCII.GetBytes(signed)))}";
    }

    /// <summary>False when the text is no token.</summary>
    public static bool TryRead(string token, [NotNullWhen(true)] out Jwt? jwt)
    {
        jwt = null;
        var parts = token.Split('.');
        if (parts.Length != 3)
        {
            return false;
        }

        try
        {
            var header = JsonElement.Parse(Base64Url.DecodeFromChars(parts[0]));
            var claims = JsonElement.Parse(Base64Url.DecodeFromChars(parts[1]));
            if (header.ValueKind != JsonValueKind.Object || claims.ValueKind != JsonValueKind.Object)
            {
                return false;
            }

            jwt = new(header, claims, Encoding.ASCII.GetBytes($"{parts[0]}.{parts[1]}"), Base64Url.DecodeFromChars(parts[2]));
            return true;
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return false;
        }
    }

    /// <summary>True when one of the keys made the signature; a key id narrows the choice.</summary>
    public bool IsSignedBy(ImmutableArray<TokenKey> keys)
    {
        foreach (var key in keys)
        {
            if ((KeyId.Length == 0 || key.Id == KeyId) && key.Verify(Algorithm, _signed, _signature))
            {
                return true;
            }
        }

        return false;
    }

    private DateTimeOffset? Time(string name) =>
        Claims.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out var seconds)
            && seconds is > 0 and < 253_402_300_799
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds)
            : null;

    private static string Text(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Encode(JsonObject node) => Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(node));
}
