using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Authentication;

/// <summary>What a service account token says about its bearer, once its signature is known to be good.</summary>
public sealed class ServiceAccountTokenClaims
{
    /// <summary><c>iss</c> of tokens that are kept in Secrets.</summary>
    public const string SecretIssuer = "kubernetes/serviceaccount";

    /// <summary>What the names of their claims begin with.</summary>
    public const string SecretClaims = "kubernetes.io/serviceaccount/";

    private const string Prefix = "authentication.kubernetes.io";

    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public required string Uid { get; init; }

    /// <summary>Empty: those of the API itself.</summary>
    public required ImmutableArray<string> Audiences { get; init; }
    public required DateTimeOffset Expires { get; init; }
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>The Secret that has to hold this very token; empty for tokens that are kept nowhere.</summary>
    public string HeldBy { get; init; } = "";

    /// <summary>Pod, secret, node: what has to be there for the token to count.</summary>
    public required ImmutableArray<BoundObject> Bound { get; init; }

    public required UserInfo User { get; init; }

    /// <summary>Null when the claims are not those of a service account.</summary>
    public static ServiceAccountTokenClaims? Read(Jwt jwt)
    {
        if (jwt.Issuer == SecretIssuer)
        {
            return ReadHeld(jwt);
        }

        var about = jwt.Claims.At("kubernetes.io");
        var (ns, name, uid) = (about.Text("namespace"), about.Text("serviceaccount", "name"), about.Text("serviceaccount", "uid"));
        if (ns.Length == 0 || name.Length == 0 || uid.Length == 0 || jwt.Subject != ServiceAccountNames.User(ns, name) || jwt.Expires is not { } expires)
        {
            return null;
        }

        ImmutableArray<BoundObject> bound =
        [
            .. ((string[])["Pod", "Secret", "Node"]).Select(kind => (Kind: kind, Item: about.At(kind.ToLowerInvariant())))
                .Where(static pair => pair.Item.ValueKind == JsonValueKind.Object)
                .Select(static pair => new BoundObject(pair.Kind, pair.Item.Text("name"), pair.Item.Text("uid"))),
        ];
        return new()
        {
            Namespace = ns, Name = name, Uid = uid, Audiences = jwt.Audiences, Expires = expires, NotBefore = jwt.NotBefore ?? DateTimeOffset.MinValue,
            Bound = bound, User = UserOf(ns, name, uid, bound, jwt.Claims.Text("jti")),
        };
    }

    private static ServiceAccountTokenClaims? ReadHeld(Jwt jwt)
    {
        var (ns, name) = (Claim("namespace"), Claim("service-account.name"));
        var (uid, secret) = (Claim("service-account.uid"), Claim("secret.name"));
        return ns.Length == 0 || name.Length == 0 || uid.Length == 0 || secret.Length == 0 || jwt.Subject != ServiceAccountNames.User(ns, name)
            ? null
            : new()
            {
                Namespace = ns, Name = name, Uid = uid, Audiences = [], Expires = DateTimeOffset.MaxValue, NotBefore = DateTimeOffset.MinValue,
                Bound = [], HeldBy = secret, User = UserOf(ns, name, uid, [], ""),
            };

        string Claim(string item) => jwt.Claims.Text(SecretClaims + item);
    }

    private static UserInfo UserOf(string ns, string name, string uid, ImmutableArray<BoundObject> bound, string id)
    {
        var extra = new Dictionary<string, ImmutableArray<string>>(StringComparer.Ordinal);
        foreach (var item in bound.Where(static item => item.Kind is "Pod" or "Node"))
        {
            extra[$"{Prefix}/{item.Kind.ToLowerInvariant()}-name"] = [item.Name];
            extra[$"{Prefix}/{item.Kind.ToLowerInvariant()}-uid"] = [item.Uid];
        }

        if (id.Length > 0)
        {
            extra[$"{Prefix}/credential-id"] = [$"JTI={id}"];
        }

        return new()
        {
            Name = ServiceAccountNames.User(ns, name), Uid = uid,
            Groups = [WellKnownGroups.ServiceAccounts, ServiceAccountNames.GroupOf(ns), WellKnownGroups.Authenticated],
            Extra = extra.ToFrozenDictionary(StringComparer.Ordinal),
        };
    }
}
