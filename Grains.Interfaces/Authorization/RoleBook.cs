using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Crescent.Authentication;
using Crescent.Identity;

namespace Crescent.Authorization;

/// <summary>All roles and bindings at one moment, by subject. Immutable but for the grants it remembers per user.</summary>
internal sealed class RoleBook
{
    private readonly Dictionary<string, List<RoleGrant>> _users = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<RoleGrant>> _groups = new(StringComparer.Ordinal);
    private readonly IReadOnlyDictionary<(string Namespace, string Name), ImmutableArray<PolicyRule>> _roles;
    private readonly ConditionalWeakTable<UserInfo, UserGrants> _known = [];

    /// <param name="roles">Rules by namespace (empty for ClusterRoles) and name.</param>
    /// <param name="bindings">Of both kinds.</param>
    public RoleBook(IReadOnlyDictionary<(string Namespace, string Name), ImmutableArray<PolicyRule>> roles, IEnumerable<BindingFacts> bindings)
    {
        _roles = roles;
        foreach (var binding in bindings)
        {
            var rules = Find(binding.Role, binding.Namespace, out var problem);
            foreach (var subject in binding.Subjects)
            {
                var (index, name) = subject.Kind switch
                {
                    "Group" => (_groups, subject.Name),
                    "ServiceAccount" => (_users, ServiceAccountNames.User(subject.Namespace, subject.Name)),
                    _ => (_users, subject.Name),
                };
                if (!index.TryGetValue(name, out var grants))
                {
                    index.Add(name, grants = []);
                }

                grants.Add(new(binding, subject, rules, problem));
            }
        }
    }

    /// <summary>Rules of a role; empty with a problem when there is no such role.</summary>
    public ImmutableArray<PolicyRule> Find(RoleReference role, string ns, out string? problem)
    {
        if (_roles.TryGetValue((role.IsClusterRole ? "" : ns, role.Name), out var rules))
        {
            problem = null;
            return rules;
        }

        problem = $"{role.Kind.ToLowerInvariant()}.{KnownTypes.Roles.Group} \"{role.Name}\" not found";
        return [];
    }

    public UserGrants GrantsOf(UserInfo user) =>
        _known.TryGetValue(user, out var grants) ? grants : _known.GetValue(user, Compile);

    private UserGrants Compile(UserInfo user)
    {
        IEnumerable<RoleGrant> all = _users.GetValueOrDefault(user.Name) ?? [];
        foreach (var group in user.Groups)
        {
            all = all.Concat(_groups.GetValueOrDefault(group) ?? []);
        }

        return new(all);
    }
}
