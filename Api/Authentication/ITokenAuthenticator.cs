namespace Crescent.Api.Authentication;

/// <summary>Turns a bearer token into a user. All registered ones are asked in turn; the first that knows the token wins.</summary>
public interface ITokenAuthenticator
{
    /// <summary>Null when the token is not one of this authenticator's, or is not valid.</summary>
    ValueTask<UserInfo?> AuthenticateAsync(string token, CancellationToken cancellationToken = default);
}
