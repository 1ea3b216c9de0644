using System.Collections.Immutable;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>All ways to read a bearer token.</summary>
internal sealed class TokenAuthenticators(IEnumerable<ITokenAuthenticator> authenticators, IOptions<ServiceAccountTokenOptions> options)
{
    private readonly ImmutableArray<ITokenAuthenticator> _authenticators = [.. authenticators];

    /// <summary>Audiences under which the API itself takes tokens.</summary>
    public ImmutableArray<string> ApiAudiences => options.Value.EffectiveAudiences;

    /// <param name="token">Bearer token.</param>
    /// <param name="audiences">Empty: the API's own.</param>
    /// <param name="cancellationToken">Of the request.</param>
    public async ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken)
    {
        var wanted = audiences.IsDefaultOrEmpty ? ApiAudiences : audiences;
        foreach (var authenticator in _authenticators)
        {
            if (await authenticator.AuthenticateAsync(token, wanted, cancellationToken) is { } verdict)
            {
                return verdict;
            }
        }

        return null;
    }
}
