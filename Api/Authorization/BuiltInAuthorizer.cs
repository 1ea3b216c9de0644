using System.Collections.Immutable;
using Crescent.Api.Authentication;

namespace Crescent.Api.Authorization;

/// <summary>
/// The rules every cluster starts with, by group: administrators may do everything, everybody may read health and version, who is known
/// may read discovery and ask about himself, nodes may read what they run with. Names follow Kubernetes' default cluster roles.
/// </summary>
internal sealed class BuiltInAuthorizer : IRequestAuthorizer
{
    private static readonly ImmutableArray<AccessRule> Masters =
    [
        new() { Verbs = ["*"], Groups = ["*"], Resources = ["*"] },
        new() { Verbs = ["*"], Paths = ["*"] },
    ];

    /// <summary>system:public-info-viewer.</summary>
    private static readonly ImmutableArray<AccessRule> Everyone =
    [
        new() { Verbs = ["get", "head"], Paths = ["/healthz", "/healthz/*", "/livez", "/livez/*", "/readyz", "/readyz/*", "/version", "/version/"] },
    ];

    /// <summary>system:discovery and system:basic-user.</summary>
    private static readonly ImmutableArray<AccessRule> Authenticated =
    [
        new() { Verbs = ["get", "head"], Paths = ["/api", "/api/*", "/apis", "/apis/*", "/openapi", "/openapi/*"] },
        new() { Verbs = ["create"], Groups = ["authorization.k8s.io"], Resources = ["selfsubjectaccessreviews", "selfsubjectrulesreviews"] },
        new() { Verbs = ["create"], Groups = ["authentication.k8s.io"], Resources = ["selfsubjectreviews"] },
    ];

    /// <summary>What a node's agent may read over REST; its writes go through its own grain.</summary>
    private static readonly ImmutableArray<AccessRule> Nodes =
    [
        new() { Verbs = ["get", "list", "watch"], Groups = [""], Resources = ["nodes", "pods", "services", "endpoints", "namespaces"] },
        new() { Verbs = ["get", "list", "watch"], Groups = ["discovery.k8s.io"], Resources = ["endpointslices"] },
    ];

    public ValueTask<string?> RefuseAsync(AccessRequest request, CancellationToken cancellationToken = default)
    {
        foreach (var rule in RulesOf(request.User))
        {
            if (rule.Covers(request))
            {
                return ValueTask.FromResult<string?>(null);
            }
        }

        return ValueTask.FromResult<string?>(string.Empty);
    }

    public ValueTask<ImmutableArray<AccessRule>> GetRulesAsync(UserInfo user, string ns, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult<ImmutableArray<AccessRule>>([.. RulesOf(user)]);

    private static IEnumerable<AccessRule> RulesOf(UserInfo user)
    {
        if (user.Groups.Contains("system:masters"))
        {
            return Masters;
        }

        IEnumerable<AccessRule> rules = Everyone;
        if (user.Groups.Contains("system:authenticated"))
        {
            rules = rules.Concat(Authenticated);
        }

        return user.Groups.Contains("system:nodes") ? rules.Concat(Nodes) : rules;
    }
}
