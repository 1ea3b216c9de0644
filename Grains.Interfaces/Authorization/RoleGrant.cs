using System.Collections.Immutable;

namespace Crescent.Authorization;

/// <summary>One role that one subject has through one binding.</summary>
internal sealed class RoleGrant(BindingFacts binding, BindingSubject subject, ImmutableArray<PolicyRule> rules, string? problem)
{
    /// <summary>Empty: granted in the whole cluster.</summary>
    public string Namespace => binding.Namespace;

    public ImmutableArray<PolicyRule> Rules => rules;

    /// <summary>Set when the role is not there.</summary>
    public string? Problem => problem;

    public bool Covers(in AccessRequest request)
    {
        foreach (var rule in rules)
        {
            if (rule.Covers(request))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Why something is allowed, in Kubernetes' words.</summary>
    public override string ToString() => binding.Namespace.Length == 0
        ? $"RBAC: allowed by ClusterRoleBinding \"{binding.Name}\" of {binding.Role.Kind} \"{binding.Role.Name}\" to {subject}"
        : $"RBAC: allowed by RoleBinding \"{binding.Name}/{binding.Namespace}\" of {binding.Role.Kind} \"{binding.Role.Name}\" to {subject}";
}
