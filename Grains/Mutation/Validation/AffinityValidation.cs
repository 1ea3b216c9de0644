using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Where a pod may and should run: <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/">affinity</see> and spreading.</summary>
internal static class AffinityValidation
{
    private const string Required = "requiredDuringSchedulingIgnoredDuringExecution";
    private const string Preferred = "preferredDuringSchedulingIgnoredDuringExecution";

    public static void Affinity(JsonObject? affinity, string path, Problems problems)
    {
        var node = affinity.Object("nodeAffinity");
        if (node.Object(Required) is { } required)
        {
            NodeSelector(required, $"{path}.nodeAffinity.{Required}", problems);
        }

        var index = 0;
        foreach (var preferred in node.Objects(Preferred))
        {
            var at = $"{path}.nodeAffinity.{Preferred}[{index++}]";
            Weight(preferred, at, problems);
            NodeTerm(preferred.Object("preference"), $"{at}.preference", problems);
        }

        foreach (var name in (ReadOnlySpan<string>)["podAffinity", "podAntiAffinity"])
        {
            Pods(affinity.Object(name), $"{path}.{name}", problems);
        }
    }

    /// <summary>A NodeSelector: at least one term.</summary>
    public static void NodeSelector(JsonObject? selector, string path, Problems problems)
    {
        if (selector.Array("nodeSelectorTerms") is not { Count: > 0 })
        {
            problems.Required($"{path}.nodeSelectorTerms", "must have at least one node selector term");
        }

        var index = 0;
        foreach (var term in selector.Objects("nodeSelectorTerms"))
        {
            NodeTerm(term, $"{path}.nodeSelectorTerms[{index++}]", problems);
        }
    }

    /// <summary><c>spec.topologySpreadConstraints</c>.</summary>
    public static void Spreading(JsonObject? spec, string path, Problems problems)
    {
        var seen = new HashSet<(string, string)>();
        var index = 0;
        foreach (var constraint in spec.Objects("topologySpreadConstraints"))
        {
            var at = $"{path}.topologySpreadConstraints[{index++}]";
            var (key, action) = (constraint.Text("topologyKey"), constraint.Text("whenUnsatisfiable"));
            if ((constraint.Integer("maxSkew") ?? 0) is <= 0 and var skew)
            {
                problems.Invalid($"{at}.maxSkew", skew, "must be greater than zero");
            }

            TopologyKey(constraint, at, problems);
            if (action is not ("DoNotSchedule" or "ScheduleAnyway"))
            {
                problems.NotSupported($"{at}.whenUnsatisfiable", action, "DoNotSchedule", "ScheduleAnyway");
            }

            if (!seen.Add((key, action)))
            {
                problems.Duplicate($"{at}.{{topologyKey, whenUnsatisfiable}}", $"{{{key}, {action}}}");
            }

            if (constraint.Integer("minDomains") is { } domains)
            {
                if (domains <= 0)
                {
                    problems.Invalid($"{at}.minDomains", domains, "must be greater than zero");
                }

                if (action == "ScheduleAnyway")
                {
                    problems.Invalid($"{at}.minDomains", domains, "can only use minDomains if whenUnsatisfiable=DoNotSchedule, not ScheduleAnyway");
                }
            }

            problems.OneOf(constraint, "nodeAffinityPolicy", at, "Honor", "Ignore");
            problems.OneOf(constraint, "nodeTaintsPolicy", at, "Honor", "Ignore");
            SelectorValidation.Validate(constraint.Object("labelSelector"), $"{at}.labelSelector", problems);
            if (constraint.Array("matchLabelKeys") is { Count: > 0 } && !constraint.Has("labelSelector"))
            {
                problems.Forbidden($"{at}.matchLabelKeys", "must not be specified when labelSelector is not set");
            }
        }
    }

    private static void NodeTerm(JsonObject? term, string path, Problems problems)
    {
        SelectorValidation.Expressions(term, path, isOfNodes: true, problems);
        var index = 0;
        foreach (var requirement in term.Objects("matchFields"))
        {
            var at = $"{path}.matchFields[{index++}]";
            if (requirement.Text("operator") is not ("In" or "NotIn"))
            {
                problems.Invalid($"{at}.operator", requirement.Text("operator"), "not a valid selector operator");
            }
            else if (requirement.Array("values")?.Count != 1)
            {
                problems.Required($"{at}.values", "must be only one value when `operator` is 'In' or 'NotIn' for node field selector");
            }

            if (requirement.Text("key") != "metadata.name")
            {
                problems.Invalid($"{at}.key", requirement.Text("key"), "not a valid field selector key");
            }
        }
    }

    private static void Pods(JsonObject? affinity, string path, Problems problems)
    {
        var index = 0;
        foreach (var term in affinity.Objects(Required))
        {
            PodTerm(term, $"{path}.{Required}[{index++}]", problems);
        }

        index = 0;
        foreach (var preferred in affinity.Objects(Preferred))
        {
            var at = $"{path}.{Preferred}[{index++}]";
            Weight(preferred, at, problems);
            PodTerm(preferred.Object("podAffinityTerm"), $"{at}.podAffinityTerm", problems);
        }
    }

    private static void PodTerm(JsonObject? term, string path, Problems problems)
    {
        SelectorValidation.Validate(term.Object("labelSelector"), $"{path}.labelSelector", problems);
        SelectorValidation.Validate(term.Object("namespaceSelector"), $"{path}.namespaceSelector", problems);
        foreach (var name in term.Texts("namespaces"))
        {
            if (NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{path}.namespace", name, problem);
            }
        }

        TopologyKey(term, path, problems);
    }

    private static void TopologyKey(JsonObject? owner, string path, Problems problems)
    {
        if (owner.Text("topologyKey") is not { Length: > 0 } key)
        {
            problems.Required($"{path}.topologyKey", "can not be empty");
        }
        else if (NameRules.QualifiedName(key) is { } problem)
        {
            problems.Invalid($"{path}.topologyKey", key, problem);
        }
    }

    private static void Weight(JsonObject preferred, string path, Problems problems)
    {
        if ((preferred.Integer("weight") ?? 0) is (< 1 or > 100) and var weight)
        {
            problems.Invalid($"{path}.weight", weight, "must be in the range 1-100");
        }
    }
}
