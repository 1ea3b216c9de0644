using System.Collections.Frozen;
using System.Collections.Immutable;

namespace Crescent.Authorization;

/// <summary>Everything one user was granted, by namespace.</summary>
internal sealed class UserGrants(IEnumerable<RoleGrant> grants)
{
    private readonly FrozenDictionary<string, ImmutableArray<RoleGrant>> _byNamespace = grants
        .GroupBy(static grant => grant.Namespace, StringComparer.Ordinal)
        .ToFrozenDictionary(static group => group.Key, static group => group.ToImmutableArray(), StringComparer.Ordinal);

    /// <summary>The grants that count for a namespace: those of the cluster and its own.</summary>
    public IEnumerable<RoleGrant> In(string ns) => ns.Length == 0 ? Of("") : Of("").Concat(Of(ns));

    public AccessDecision Decide(in AccessRequest request)
    {
        var found = Search(Of(""), request) ?? (request.Namespace.Length == 0 ? null : Search(Of(request.Namespace), request));
        return found is not null ? AccessDecision.Allow(found) : AccessDecision.Refuse(Explain(In(request.Namespace)));
    }

    private ImmutableArray<RoleGrant> Of(string ns) => _byNamespace.TryGetValue(ns, out var grants) ? grants : [];

    private static RoleGrant? Search(ImmutableArray<RoleGrant> grants, in AccessRequest request)
    {
        foreach (var grant in grants)
        {
            if (grant.Covers(request))
            {
                return grant;
            }
        }

        return null;
    }

    private static string Explain(IEnumerable<RoleGrant> grants)
    {
        var problems = grants.Where(static grant => grant.Problem is not null).Select(static grant => grant.Problem!).Distinct(StringComparer.Ordinal).ToList();
        return problems.Count switch
        {
            0 => string.Empty,
            1 => $"RBAC: {problems[0]}",
            _ => $"RBAC: [{string.Join(", ", problems)}]",
        };
    }
}
