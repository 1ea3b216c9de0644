namespace Crescent.Api.Authentication;

/// <summary>An external issuer whose ID tokens are taken, see <see href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#openid-connect-tokens">OpenID Connect</see>.</summary>
public sealed class OidcOptions
{
    /// <summary>URL of the issuer, as in <c>iss</c>; <c>/.well-known/openid-configuration</c> is asked for its keys.</summary>
    public string IssuerUrl { get; set; } = "";

    /// <summary>Audience the tokens must have.</summary>
    public string ClientId { get; set; } = "";

    /// <summary>Claim with the user's name, <c>sub</c>.</summary>
    public string UsernameClaim { get; set; } = "sub";

    /// <summary>Stands before the name. Null (the default): <c>ISSUER#</c>, and nothing for the claim <c>email</c>.</summary>
    public string? UsernamePrefix { get; set; }

    /// <summary>Claim with the groups; empty: no groups.</summary>
    public string GroupsClaim { get; set; } = "groups";

    /// <summary>Stands before each group; without it an issuer could name <c>system:masters</c>. Default <c>oidc:</c>.</summary>
    public string GroupsPrefix { get; set; } = "oidc:";

    /// <summary>PEM file of the authority of the issuer's certificate; empty: the machine's own trust.</summary>
    public string AuthorityFile { get; set; } = "";
}
