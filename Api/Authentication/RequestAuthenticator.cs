using System.Buffers.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>Client certificate, then bearer token, then anonymous; bad credentials are refused rather than ignored.</summary>
internal sealed class RequestAuthenticator(
    CertificateAuthenticator certificates, TokenAuthenticators tokens, IOptions<ApiAuthenticationOptions> options)
{
    private const string Scheme = "Bearer ";
    private const string SocketPrefix = "base64url.bearer.authorization.k8s.io.";

    /// <summary>Null: answer 401.</summary>
    public async ValueTask<UserInfo?> AuthenticateAsync(HttpContext context)
    {
        var certificate = context.Connection.ClientCertificate;
        if (certificate is not null && certificates.Authenticate(certificate) is { } certified)
        {
            return certified;
        }

        var authorization = context.Request.Headers.Authorization.ToString();
        var token = authorization.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) ? authorization[Scheme.Length..].Trim() : FromSocket(context);
        if (token is not null)
        {
            return (await tokens.AuthenticateAsync(token, [], context.RequestAborted))?.User;
        }

        return authorization.Length == 0 && certificate is null && options.Value.AllowAnonymous ? UserInfo.Anonymous : null;
    }

    // Browsers cannot set headers on a WebSocket; they send the token as one of its subprotocols.
    private static string? FromSocket(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            return null;
        }

        var protocol = context.WebSockets.WebSocketRequestedProtocols.FirstOrDefault(static item => item.StartsWith(SocketPrefix, StringComparison.Ordinal));
        return protocol is not null && Base64Url.IsValid(protocol.AsSpan(SocketPrefix.Length))
            ? System.Text.Encoding.UTF8.GetString(Base64Url.DecodeFromChars(protocol.AsSpan(SocketPrefix.Length)))
            : null;
    }
}
