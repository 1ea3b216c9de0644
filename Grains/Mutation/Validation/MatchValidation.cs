using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Which requests a webhook or an admission policy is about: rules, selectors, and the parameters a binding chooses.</summary>
internal static class MatchValidation
{
    private const string OneOnly = "name and selector are mutually exclusive";
    private static readonly string[] Operations = ["*", "CONNECT", "CREATE", "DELETE", "UPDATE"];

    public static void Resources(JsonObject? match, string path, Problems problems)
    {
        if (match is null)
        {
            return;
        }

        problems.OneOf(match, "matchPolicy", path, "Equivalent", "Exact");
        SelectorValidation.Validate(match.Object("namespaceSelector"), $"{path}.namespaceSelector", problems);
        SelectorValidation.Validate(match.Object("objectSelector"), $"{path}.objectSelector", problems);
        foreach (var list in (ReadOnlySpan<string>)["resourceRules", "excludeResourceRules"])
        {
            var index = 0;
            foreach (var rule in match.Objects(list))
            {
                var at = $"{path}.{list}[{index++}]";
                Rule(rule, at, problems);
                Names(rule, at, problems);
            }
        }
    }

    /// <summary>Groups, versions, resources, operations and scope.</summary>
    public static void Rule(JsonObject rule, string path, Problems problems)
    {
        List(rule, "apiGroups", path, "API groups", problems);
        List(rule, "apiVersions", path, "API versions", problems);
        if (rule.Array("resources") is not { Count: > 0 })
        {
            problems.Required($"{path}.resources");
        }

        var resources = rule.Texts("resources").ToList();
        for (var index = 0; index < resources.Count; index++)
        {
            if (resources[index].Length == 0)
            {
                problems.Required($"{path}.resources[{index}]");
            }
            else if (resources[index] == "*/*" && resources.Count > 1)
            {
                problems.Invalid($"{path}.resources[{index}]", rule["resources"]!.DeepClone(), "if '*/*' is present, must not specify other resources");
            }
        }

        List(rule, "operations", path, "operations", problems);
        var operations = rule.Texts("operations").ToList();
        for (var index = 0; index < operations.Count; index++)
        {
            if (!Operations.Contains(operations[index], StringComparer.Ordinal))
            {
                problems.NotSupported($"{path}.operations[{index}]", operations[index], Operations);
            }
        }

        problems.OneOf(rule, "scope", path, "*", "Cluster", "Namespaced");
    }

    /// <summary>The kind of object that parametrizes a policy.</summary>
    public static void ParameterKind(JsonObject? kind, string path, Problems problems)
    {
        if (kind is null)
        {
            return;
        }

        var (apiVersion, name) = (kind.Text("apiVersion"), kind.Text("kind"));
        var parts = apiVersion.Split('/');
        if (apiVersion.Length == 0)
        {
            problems.Required($"{path}.apiVersion");
        }
        else if (parts.Length > 2)
        {
            problems.Invalid($"{path}.apiVersion", apiVersion, $"unexpected GroupVersion string: {apiVersion}");
        }
        else
        {
            if (parts.Length == 2 && parts[0].Length > 0 && NameRules.Subdomain(parts[0]) is { } group)
            {
                problems.Invalid($"{path}.apiVersion", parts[0], group);
            }

            if (NameRules.Dns1035(parts[^1]) is { } version)
            {
                problems.Invalid($"{path}.apiVersion", parts[^1], version);
            }
        }

        if (name.Length == 0)
        {
            problems.Required($"{path}.kind");
        }
        else if (NameRules.Dns1035(name.ToLowerInvariant()) is { } problem)
        {
            problems.Invalid($"{path}.kind", name, $"may have mixed case, but should otherwise match: {problem}");
        }
    }

    /// <summary>Which objects parametrize a policy here.</summary>
    public static void ParameterReference(JsonObject? reference, string path, Problems problems)
    {
        if (reference is null)
        {
            return;
        }

        var name = reference.Text("name");
        if (name.Length > 0)
        {
            if (NameRules.PathSegment(name) is { } problem)
            {
                problems.Invalid($"{path}.name", name, problem);
            }

            if (reference.Has("selector"))
            {
                problems.Forbidden($"{path}.name", OneOnly);
            }
        }

        if (reference.Object("selector") is { } selector)
        {
            SelectorValidation.Validate(selector, $"{path}.selector", problems);
            if (name.Length > 0)
            {
                problems.Forbidden($"{path}.selector", OneOnly);
            }
        }
        else if (name.Length == 0)
        {
            problems.Required(path, "one of name or selector must be specified");
        }

        if (reference.Text("parameterNotFoundAction").Length == 0)
        {
            problems.Required($"{path}.parameterNotFoundAction");
        }

        problems.OneOf(reference, "parameterNotFoundAction", path, "Allow", "Deny");
    }

    private static void Names(JsonObject rule, string path, Problems problems)
    {
        var known = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var name in rule.Texts("resourceNames"))
        {
            var at = $"{path}.resourceNames[{index++}]";
            if (NameRules.PathSegment(name) is { } problem)
            {
                problems.Invalid(at, name, problem);
            }

            if (!known.Add(name))
            {
                problems.Duplicate(at, name);
            }
        }
    }

    private static void List(JsonObject rule, string name, string path, string what, Problems problems)
    {
        if (rule.Array(name) is not { Count: > 0 } items)
        {
            problems.Required($"{path}.{name}");
        }
        else if (items.Count > 1 && rule.Texts(name).Contains("*", StringComparer.Ordinal))
        {
            problems.Invalid($"{path}.{name}", items.DeepClone(), $"if '*' is present, must not specify other {what}");
        }
    }
}
