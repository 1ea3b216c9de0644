using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>
/// Service account tokens: signed by this cluster, within their time, for one of the audiences, and only while the account and what the token
/// is bound to are there. A signature is checked once; that account and pod still exist is looked up in the caches at every request.
/// </summary>
internal sealed class ServiceAccountAuthenticator(
    IServiceAccountKeys keys, IOptions<ServiceAccountTokenOptions> options, IResourceCaches caches, TimeProvider time) : ITokenAuthenticator
{
    private const int CacheCapacity = 20_000;

    // Pods may use their token for a while after they were asked to stop.
    private static readonly TimeSpan DeletionGrace = TimeSpan.FromSeconds(60);
    private readonly ConcurrentDictionary<string, Known> _known = new(StringComparer.Ordinal);

    public async ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default)
    {
        if (Verify(token) is not { } claims)
        {
            return null;
        }

        var now = time.GetUtcNow();
        var own = claims.Audiences.IsEmpty ? options.Value.EffectiveAudiences : claims.Audiences;
        var meant = own.Intersect(audiences, StringComparer.Ordinal).ToImmutableArray();
        if (meant.IsEmpty || now >= claims.Expires || now < claims.NotBefore)
        {
            return null;
        }

        if (!await IsThereAsync(new(KnownTypes.ServiceAccounts, claims.Namespace, claims.Name), claims.Uid, now, cancellationToken))
        {
            return null;
        }

        if (claims.HeldBy.Length > 0 && !await IsHeldAsync(new(KnownTypes.Secrets, claims.Namespace, claims.HeldBy), token, cancellationToken))
        {
            return null;
        }

        foreach (var bound in claims.Bound)
        {
            var key = bound.Kind switch
            {
                "Pod" => new ResourceKey(KnownTypes.Pods, claims.Namespace, bound.Name),
                "Secret" => new ResourceKey(KnownTypes.Secrets, claims.Namespace, bound.Name),
                _ => new ResourceKey(KnownTypes.Nodes, "", bound.Name),
            };
            var isInformative = bound.Kind == "Node" && claims.Bound.Length > 1;
            if (!isInformative && !await IsThereAsync(key, bound.Uid, now, cancellationToken))
            {
                return null;
            }
        }

        return new(claims.User, meant);
    }

    /// <summary>Null unless a key of this cluster signed it.</summary>
    private ServiceAccountTokenClaims? Verify(string token)
    {
        var trusted = keys.Verifying;
        if (_known.TryGetValue(token, out var known) && known.Keys == trusted)
        {
            return known.Claims;
        }

        if (!Jwt.TryRead(token, out var jwt) || (jwt.Issuer != options.Value.Issuer && jwt.Issuer != ServiceAccountTokenClaims.SecretIssuer) || !jwt.IsSignedBy(trusted)
            || ServiceAccountTokenClaims.Read(jwt) is not { } claims)
        {
            return null;
        }

        if (_known.Count >= CacheCapacity)
        {
            _known.Clear();
        }

        _known[token] = new(trusted, claims);
        return claims;
    }

    private async ValueTask<bool> IsThereAsync(ResourceKey key, string uid, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var cache = caches.Get(key.Type);
        if (!cache.Current.TryGet(key.Namespace, key.Name, out var found) || found.Uid != uid)
        {
            // A token may be used before this process has seen what it is bound to.
            (await cache.GetConsistentAsync(cancellationToken)).TryGet(key.Namespace, key.Name, out found);
        }

        return found is not null && found.Uid == uid && (found.DeletionTimestamp is not { } deletion || now < deletion + DeletionGrace);
    }

    /// <summary>Whoever takes the Secret away, or its token, has revoked it.</summary>
    private async ValueTask<bool> IsHeldAsync(ResourceKey secret, string token, CancellationToken cancellationToken)
    {
        var cache = caches.Get(secret.Type);
        if (!cache.Current.TryGet(secret.Namespace, secret.Name, out var found))
        {
            (await cache.GetConsistentAsync(cancellationToken)).TryGet(secret.Namespace, secret.Name, out found);
        }

        return found is not null && AccountTokenSecret.Read(found) is { } held
            && CryptographicOperations.FixedTimeEquals(System.Text.Encoding.ASCII.GetBytes(held.Token), System.Text.Encoding.ASCII.GetBytes(token));
    }

    private sealed record Known(ImmutableArray<TokenKey> Keys, ServiceAccountTokenClaims Claims);
}
