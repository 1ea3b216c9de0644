using System.Collections.Immutable;

namespace Crescent.Authentication;

/// <summary>Tokens of service accounts.</summary>
public sealed class ServiceAccountTokenOptions
{
    /// <summary><c>iss</c> of the tokens.</summary>
    public string Issuer { get; set; } = "https://kubernetes.default.svc.cluster.local";

    /// <summary>Audiences under which the API takes tokens itself; empty (the default): the issuer.</summary>
    public ImmutableArray<string> ApiAudiences { get; set; } = [];

    /// <summary>No token lives longer; a year.</summary>
    public TimeSpan MaxLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>
    /// Each account gets a Secret with a token that does not expire, named in its <c>secrets</c>, as before Kubernetes 1.24: clients of that age wait
    /// for it. Without it tokens come from TokenRequest, pods' volumes and Secrets that somebody makes.
    /// </summary>
    public bool SecretPerAccount { get; set; } = true;

    public ImmutableArray<string> EffectiveAudiences => ApiAudiences.IsDefaultOrEmpty ? [Issuer] : ApiAudiences;
}
