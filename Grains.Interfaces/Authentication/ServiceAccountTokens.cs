using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Options;

namespace Crescent.Authentication;

/// <summary>Makes the tokens of service accounts.</summary>
public sealed class ServiceAccountTokens(IServiceAccountKeys keys, IOptions<ServiceAccountTokenOptions> options, TimeProvider time)
{
    public const long DefaultSeconds = 3600;
    public const long LeastSeconds = 600;

    /// <summary>The token and its end.</summary>
    /// <param name="ns">Namespace of the account.</param>
    /// <param name="name">Name of the account.</param>
    /// <param name="uid">Uid of the account.</param>
    /// <param name="audiences">Empty: the API's own.</param>
    /// <param name="seconds">Life of the token.</param>
    /// <param name="bound">What the token is bound to.</param>
    /// <param name="node">The node of a pod the token is bound to.</param>
    public (string Token, DateTimeOffset Expires, ImmutableArray<string> Audiences) Issue(
        string ns, string name, string uid, ImmutableArray<string> audiences, long seconds, BoundObject? bound = null, BoundObject? node = null)
    {
        var now = time.GetUtcNow();
        var lifetime = TimeSpan.FromSeconds(Math.Min(seconds, (long)options.Value.MaxLifetime.TotalSeconds));
        var expires = DateTimeOffset.FromUnixTimeSeconds((now + lifetime).ToUnixTimeSeconds());
        audiences = audiences.IsDefaultOrEmpty ? options.Value.EffectiveAudiences : audiences;
        var about = new JsonObject { ["namespace"] = ns, ["serviceaccount"] = Reference(name, uid) };
        foreach (var item in (ReadOnlySpan<BoundObject?>)[bound, node])
        {
            if (item is not null)
            {
                about[item.Kind.ToLowerInvariant()] = Reference(item.Name, item.Uid);
            }
        }

        var claims = new JsonObject
        {
            ["aud"] = new JsonArray([.. audiences.Select(static audience => (JsonNode)audience)]),
            ["exp"] = expires.ToUnixTimeSeconds(),
            ["iat"] = now.ToUnixTimeSeconds(),
            ["iss"] = options.Value.Issuer,
            ["jti"] = Guid.NewGuid().ToString(),
            ["kubernetes.io"] = about,
            ["nbf"] = now.ToUnixTimeSeconds(),
            ["sub"] = ServiceAccountNames.User(ns, name),
        };
        return (Jwt.Sign(claims, keys.Signing), expires, audiences);
    }

    /// <summary>A token that is good while the account and the Secret are there and the Secret holds it.</summary>
    public string IssueFor(string ns, string name, string uid, string secret) => Jwt.Sign(
        new()
        {
            ["iss"] = ServiceAccountTokenClaims.SecretIssuer,
            [$"{ServiceAccountTokenClaims.SecretClaims}namespace"] = ns,
            [$"{ServiceAccountTokenClaims.SecretClaims}secret.name"] = secret,
            [$"{ServiceAccountTokenClaims.SecretClaims}service-account.name"] = name,
            [$"{ServiceAccountTokenClaims.SecretClaims}service-account.uid"] = uid,
            ["sub"] = ServiceAccountNames.User(ns, name),
        },
        keys.Signing);

    private static JsonObject Reference(string name, string uid) => new() { ["name"] = name, ["uid"] = uid };
}
