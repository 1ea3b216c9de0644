using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>
/// The API's authentication as an ASP.NET scheme, for pages beside the API (dashboard, metrics) that use RequireAuthorization. Groups
/// become role claims.
/// </summary>
internal sealed class CrescentAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, RequestAuthenticator authenticator)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "Crescent";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var user = await authenticator.AuthenticateAsync(Context);
        if (user is null)
        {
            return AuthenticateResult.Fail("the credentials are not valid");
        }

        if (user.IsAnonymous)
        {
            return AuthenticateResult.NoResult();
        }

        var identity = new ClaimsIdentity(SchemeName, ClaimTypes.Name, ClaimTypes.Role);
        identity.AddClaim(new(ClaimTypes.Name, user.Name));
        identity.AddClaims(user.Groups.Select(static group => new Claim(ClaimTypes.Role, group)));
        return AuthenticateResult.Success(new(new ClaimsPrincipal(identity), SchemeName));
    }
}
