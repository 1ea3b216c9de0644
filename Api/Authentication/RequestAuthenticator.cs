using System.Collections.Immutable;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>Client certificate, then bearer token, then anonymous; bad credentials are refused rather than ignored.</summary>
internal sealed class RequestAuthenticator(
    CertificateAuthenticator certificates, IEnumerable<ITokenAuthenticator> tokens, IOptions<ApiAuthenticationOptions> options)
{
    private readonly ImmutableArray<ITokenAuthenticator> _tokens = [.. tokens];

    /// <summary>Null: answer 401.</summary>
    public async ValueTask<UserInfo?> AuthenticateAsync(HttpContext context)
    {
        var certificate = context.Connection.ClientCertificate;
        if (certificate is not null && certificates.Authenticate(certificate) is { } certified)
        {
            return certified;
        }

        const string scheme = "Bearer ";
        var authorization = context.Request.Headers.Authorization.ToString();
        if (authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
        {
            var token = authorization[scheme.Length..].Trim();
            foreach (var authenticator in _tokens)
            {
                if (await authenticator.AuthenticateAsync(token, context.RequestAborted) is { } user)
                {
                    return user;
                }
            }

            return null;
        }

        return authorization.Length == 0 && certificate is null && options.Value.AllowAnonymous ? UserInfo.Anonymous : null;
    }
}
