using System.Security.Cryptography.X509Certificates;

namespace Crescent.Api.Authentication;

/// <summary>How requests are tied to users.</summary>
public sealed class ApiAuthenticationOptions
{
    /// <summary>
    /// Authorities whose client certificates are accepted (CN is the user, O the groups). Asked for each new connection, so that a
    /// rotated authority counts at once. None by default: no certificate is accepted.
    /// </summary>
    public Func<X509Certificate2Collection> ClientAuthorities { get; set; } = static () => [];

    /// <summary>Requests without credentials run as <c>system:anonymous</c> (default, as in Kubernetes); false answers them 401.</summary>
    public bool AllowAnonymous { get; set; } = true;

    /// <summary>File with static tokens, <c>token,user,uid,"group1,group2"</c> per line; empty (the default): none.</summary>
    public string TokenFile { get; set; } = "";

    /// <summary>External issuers of ID tokens; none by default.</summary>
    public IList<OidcOptions> Oidc { get; set; } = [];
}
