using System.Text.Json.Nodes;
using Crescent.Identity;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Roles and what binds them to subjects.</summary>
internal static class RoleValidation
{
    public static void Role(JsonObject role, Problems problems) => Rules(role, isNamespaced: true, problems);

    public static void ClusterRole(JsonObject role, Problems problems)
    {
        Rules(role, isNamespaced: false, problems);
        var selectors = role.Object("aggregationRule").Array("clusterRoleSelectors");
        if (role.Has("aggregationRule") && selectors is not { Count: > 0 })
        {
            problems.Required("aggregationRule.clusterRoleSelectors", "at least one clusterRoleSelector required if aggregationRule is non-nil");
        }
    }

    public static void RoleBinding(JsonObject binding, Problems problems) => Binding(binding, problems, "Role", "ClusterRole");

    public static void ClusterRoleBinding(JsonObject binding, Problems problems) => Binding(binding, problems, "ClusterRole");

    public static void BindingUpdate(JsonObject binding, JsonObject old, Problems problems)
    {
        if (!binding["roleRef"].SameAs(old["roleRef"]))
        {
            problems.Invalid("roleRef", binding["roleRef"], "cannot change roleRef");
        }
    }

    private static void Rules(JsonObject role, bool isNamespaced, Problems problems)
    {
        var index = 0;
        foreach (var rule in role.Objects("rules"))
        {
            var at = $"rules[{index++}]";
            if (rule.Array("verbs") is not { Count: > 0 })
            {
                problems.Required($"{at}.verbs", "verbs must contain at least one value");
            }

            if (rule.Array("nonResourceURLs") is { Count: > 0 } paths)
            {
                if (isNamespaced)
                {
                    problems.Invalid($"{at}.nonResourceURLs", paths, "namespaced rules cannot apply to non-resource URLs");
                }

                if (rule.Array("apiGroups") is { Count: > 0 } || rule.Array("resources") is { Count: > 0 } || rule.Array("resourceNames") is { Count: > 0 })
                {
                    problems.Invalid($"{at}.nonResourceURLs", paths, "rules cannot apply to both regular resources and non-resource URLs");
                }

                continue;
            }

            if (rule.Array("apiGroups") is not { Count: > 0 })
            {
                problems.Required($"{at}.apiGroups", "resource rules must supply at least one api group");
            }

            if (rule.Array("resources") is not { Count: > 0 })
            {
                problems.Required($"{at}.resources", "resource rules must supply at least one resource");
            }
        }
    }

    private static void Binding(JsonObject binding, Problems problems, params ReadOnlySpan<string> kinds)
    {
        var role = binding.Object("roleRef");
        if (role.Text("apiGroup") != KnownTypes.Roles.Group)
        {
            problems.NotSupported("roleRef.apiGroup", role.Text("apiGroup"), KnownTypes.Roles.Group);
        }

        if (!kinds.Contains(role.Text("kind")))
        {
            problems.NotSupported("roleRef.kind", role.Text("kind"), kinds);
        }

        if (role.Text("name").Length == 0)
        {
            problems.Required("roleRef.name");
        }
        else if (NameRules.PathSegment(role.Text("name")) is { } problem)
        {
            problems.Invalid("roleRef.name", role.Text("name"), problem);
        }

        var index = 0;
        foreach (var subject in binding.Objects("subjects"))
        {
            Subject(subject, $"subjects[{index++}]", problems);
        }
    }

    private static void Subject(JsonObject subject, string at, Problems problems)
    {
        var (kind, name, group) = (subject.Text("kind"), subject.Text("name"), subject.Text("apiGroup"));
        if (name.Length == 0)
        {
            problems.Required($"{at}.name");
        }

        switch (kind)
        {
            case "ServiceAccount":
                if (name.Length > 0 && NameRules.Subdomain(name) is { } problem)
                {
                    problems.Invalid($"{at}.name", name, problem);
                }

                if (group.Length > 0)
                {
                    problems.NotSupported($"{at}.apiGroup", group, "");
                }

                if (subject.Text("namespace").Length == 0)
                {
                    problems.Required($"{at}.namespace");
                }

                break;
            case "User" or "Group":
                if (group != KnownTypes.Roles.Group)
                {
                    problems.NotSupported($"{at}.apiGroup", group, KnownTypes.Roles.Group);
                }

                break;
            default:
                problems.NotSupported($"{at}.kind", kind, "ServiceAccount", "User", "Group");
                break;
        }
    }
}
