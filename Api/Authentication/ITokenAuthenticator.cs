using System.Collections.Immutable;

namespace Crescent.Api.Authentication;

/// <summary>Turns a bearer token into a user. All registered ones are asked in turn; the first that knows the token wins.</summary>
public interface ITokenAuthenticator
{
    /// <summary>Null when the token is not one of this authenticator's, is not valid, or is for none of <paramref name="audiences"/>.</summary>
    ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default);
}
