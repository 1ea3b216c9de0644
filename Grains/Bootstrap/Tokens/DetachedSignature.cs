using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

using Crescent.Authentication;

namespace Crescent.Grains.Bootstrap.Tokens;

/// <summary>
/// A <see href="https://www.rfc-editor.org/rfc/rfc7515#appendix-F">detached JWS</see> made with HMAC-SHA-256 under the token's secret: who has
/// the token can tell that who published the text has it, too.
/// </summary>
internal static class DetachedSignature
{
    /// <summary><c>HEADER..SIGNATURE</c>.</summary>
    public static string Of(string text, BootstrapToken token)
    {
        var header = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["alg"] = "HS256", ["kid"] = token.Id }));
        var signed = Encoding.ASCII.GetBytes($"{header}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text))}");
        return $"{header}..{Base64Url.EncodeToString(HMACSHA256.HashData(Encoding.UTF8.GetBytes(token.Key), signed))}";
    }
}
