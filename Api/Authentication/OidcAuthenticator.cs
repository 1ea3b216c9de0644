using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>ID tokens of external issuers.</summary>
internal sealed partial class OidcAuthenticator(
    IOptions<ApiAuthenticationOptions> options, TimeProvider time, ILogger<OidcAuthenticator> logger) : ITokenAuthenticator, IDisposable
{
    private const int CacheCapacity = 10_000;
    private readonly ImmutableArray<(OidcOptions Options, OidcKeys Keys)> _issuers =
        [.. options.Value.Oidc.Select(issuer => (issuer, new OidcKeys(issuer, time)))];

    private readonly ConcurrentDictionary<string, (UserInfo User, DateTimeOffset Expires)> _known = new(StringComparer.Ordinal);

    public async ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default)
    {
        if (_issuers.IsEmpty)
        {
            return null;
        }

        if (_known.TryGetValue(token, out var known))
        {
            return time.GetUtcNow() < known.Expires ? new(known.User, audiences) : null;
        }

        if (!Jwt.TryRead(token, out var jwt) || jwt.Expires is not { } expires || time.GetUtcNow() >= expires || jwt.NotBefore > time.GetUtcNow())
        {
            return null;
        }

        foreach (var (issuer, keys) in _issuers)
        {
            if (jwt.Issuer != issuer.IssuerUrl || !jwt.Audiences.Contains(issuer.ClientId) || !await IsSignedAsync(jwt, keys, cancellationToken))
            {
                continue;
            }

            if (UserOf(jwt.Claims, issuer) is { } user)
            {
                if (_known.Count >= CacheCapacity)
                {
                    _known.Clear();
                }

                _known[token] = (user, expires);
                return new(user, audiences);
            }
        }

        return null;
    }

    public void Dispose()
    {
        foreach (var (_, keys) in _issuers)
        {
            keys.Dispose();
        }
    }

    /// <summary>Null without a name, or with an e-mail address nobody has verified.</summary>
    internal static UserInfo? UserOf(JsonElement claims, OidcOptions issuer)
    {
        var name = claims.Text(issuer.UsernameClaim);
        if (name.Length == 0 || (issuer.UsernameClaim == "email" && claims.Has("email_verified") && !claims.Flag("email_verified")))
        {
            return null;
        }

        var groups = issuer.GroupsClaim.Length == 0 ? default : claims.At(issuer.GroupsClaim);
        IEnumerable<string> names = groups.ValueKind switch
        {
            JsonValueKind.String => [groups.GetString()!],
            JsonValueKind.Array => groups.EnumerateArray().Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!),
            _ => [],
        };
        var prefix = issuer.UsernamePrefix ?? (issuer.UsernameClaim == "email" ? "" : $"{issuer.IssuerUrl}#");
        return new() { Name = prefix + name, Groups = [.. names.Select(group => issuer.GroupsPrefix + group), WellKnownGroups.Authenticated] };
    }

    private async ValueTask<bool> IsSignedAsync(Jwt jwt, OidcKeys keys, CancellationToken cancellationToken)
    {
        try
        {
            return jwt.IsSignedBy(await keys.GetAsync(jwt.KeyId, cancellationToken));
        }
        catch (Exception exception) when (exception is HttpRequestException or JsonException or InvalidOperationException)
        {
            LogNoKeys(jwt.Issuer, exception);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of issuer {Issuer} could not be read; its tokens are refused")]
    private partial void LogNoKeys(string issuer, Exception exception);
}
