using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.FlowControl;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/">Flow control</see>: which requests share what. The
/// mandatory objects have the spec they have.
/// </summary>
internal static class FlowValidation
{
    private const int LastPrecedence = 10_000;
    private const int MostQueues = 10_000_000;
    private const int MostHashBits = 60;

    private static readonly string[] Verbs = ["get", "list", "create", "update", "delete", "deletecollection", "patch", "watch", "proxy"];

    public static void Schema(JsonObject schema, Problems problems)
    {
        var (spec, name) = (schema.Object("spec"), schema.Object("metadata").Text("name"));
        switch (spec.Integer("matchingPrecedence") ?? 0)
        {
            case <= 0 and var precedence:
                problems.Invalid("spec.matchingPrecedence", precedence, "must be a positive value");
                break;
            case > LastPrecedence and var precedence:
                problems.Invalid("spec.matchingPrecedence", precedence, $"must not be greater than {LastPrecedence}");
                break;
            case 1 when name != DefaultFlows.Exempt:
                problems.Invalid("spec.matchingPrecedence", 1, "only the schema named 'exempt' may have matchingPrecedence 1");
                break;
        }

        if (spec.Object("distinguisherMethod") is { } method && method.Text("type") is not ("ByNamespace" or "ByUser") and var type)
        {
            problems.NotSupported("spec.distinguisherMethod.type", type, "ByNamespace", "ByUser");
        }

        var level = spec.Object("priorityLevelConfiguration").Text("name");
        if (level.Length == 0)
        {
            problems.Required("spec.priorityLevelConfiguration.name", "must reference a priority level");
        }
        else if (NameRules.Subdomain(level) is { } problem)
        {
            problems.Invalid("spec.priorityLevelConfiguration.name", level, problem);
        }

        var index = 0;
        foreach (var rule in spec.Objects("rules"))
        {
            Rule(rule, string.Create(CultureInfo.InvariantCulture, $"spec.rules[{index++}]"), problems);
        }

        if (DefaultFlows.Mandatory(schema) is { } wanted && !spec.SameAs(wanted["spec"]))
        {
            problems.Invalid("spec", spec?.DeepClone(), $"spec of '{name}' must equal the fixed value");
        }
    }

    public static void PriorityLevel(JsonObject level, Problems problems)
    {
        var (spec, name) = (level.Object("spec"), level.Object("metadata").Text("name"));
        var type = spec.Text("type");
        if (name == DefaultFlows.Exempt != (type == "Exempt"))
        {
            problems.Invalid("spec.type", type, "type must be 'Exempt' if and only if name is 'exempt'");
        }

        switch (type)
        {
            case "Exempt":
                if (spec.Has("limited"))
                {
                    problems.Forbidden("spec.limited", "must be nil if the type is not Limited");
                }

                Shares(spec.Object("exempt"), "spec.exempt", problems);
                break;
            case "Limited":
                if (spec.Has("exempt"))
                {
                    problems.Forbidden("spec.exempt", "must be nil if the type is Limited");
                }

                if (spec.Object("limited") is { } limited)
                {
                    Limited(limited, problems);
                }
                else
                {
                    problems.Required("spec.limited", "must not be empty when type is Limited");
                }

                break;
            default:
                problems.NotSupported("spec.type", type, "Exempt", "Limited");
                break;
        }

        // How much of the server's work exempt requests may lend is the operator's to say.
        if (DefaultFlows.Mandatory(level)?.Object("spec") is { } wanted)
        {
            var isExempt = name == DefaultFlows.Exempt;
            var (have, want) = ((JsonObject?)spec?.DeepClone(), (JsonObject)wanted.DeepClone());
            if (isExempt)
            {
                have?.Remove("exempt");
                want.Remove("exempt");
            }

            if (!have.SameAs(want))
            {
                problems.Invalid("spec", spec?.DeepClone(), $"spec of '{name}'{(isExempt ? " except the 'spec.exempt' field" : "")} must equal the fixed value");
            }
        }
    }

    /// <summary>Conditions of either kind: one of a type.</summary>
    public static void Status(JsonObject item, JsonObject old, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var type in item.Object("status").Objects("conditions").Select(static condition => condition.Text("type")))
        {
            var at = $"status.conditions[{index++}].type";
            if (!seen.Add(type))
            {
                problems.Duplicate(at, type);
            }

            if (type.Length == 0)
            {
                problems.Required(at, "must not be empty");
            }
        }
    }

    private static void Limited(JsonObject limited, Problems problems)
    {
        Shares(limited, "spec.limited", problems);
        if (limited.Integer("borrowingLimitPercent") is < 0 and var borrowing)
        {
            problems.Invalid("spec.limited.borrowingLimitPercent", borrowing, "if specified, must be a non-negative integer");
        }

        var (response, at) = (limited.Object("limitResponse"), "spec.limited.limitResponse");
        switch (response.Text("type"))
        {
            case "Reject":
                if (response.Has("queuing"))
                {
                    problems.Forbidden($"{at}.queuing", "must be nil if limited.limitResponse.type is not Limited");
                }

                break;
            case "Queue" when response.Object("queuing") is { } queuing:
                Queuing(queuing, $"{at}.queuing", problems);
                break;
            case "Queue":
                problems.Required($"{at}.queuing", "must not be empty if limited.limitResponse.type is Limited");
                break;
            case var type:
                problems.NotSupported($"{at}.type", type, "Queue", "Reject");
                break;
        }
    }

    private static void Shares(JsonObject? owner, string path, Problems problems)
    {
        if (owner.Integer("nominalConcurrencyShares") is < 0 and var shares)
        {
            problems.Invalid($"{path}.nominalConcurrencyShares", shares, "must be a non-negative integer");
        }

        if (owner.Integer("lendablePercent") is (< 0 or > 100) and var percent)
        {
            problems.Invalid($"{path}.lendablePercent", percent, "must be between 0 and 100, inclusive");
        }
    }

    private static void Queuing(JsonObject queuing, string path, Problems problems)
    {
        var (length, queues, hand) =
            (queuing.Integer("queueLengthLimit") ?? 0, queuing.Integer("queues") ?? 0, queuing.Integer("handSize") ?? 0);
        if (length <= 0)
        {
            problems.Invalid($"{path}.queueLengthLimit", length, "must be positive");
        }

        if (queues <= 0)
        {
            problems.Invalid($"{path}.queues", queues, "must be positive");
        }
        else if (queues > MostQueues)
        {
            problems.Invalid($"{path}.queues", queues, $"must not be greater than {MostQueues}");
        }

        if (hand <= 0)
        {
            problems.Invalid($"{path}.handSize", hand, "must be positive");
        }
        else if (hand > queues)
        {
            problems.Invalid($"{path}.handSize", hand, $"should not be greater than queues ({queues})");
        }
        else if (Math.Ceiling(Math.Log2(queues) * hand) > MostHashBits)
        {
            problems.Invalid(
                $"{path}.handSize", hand, $"required entropy bits of deckSize {queues} and handSize {hand} should not be greater than {MostHashBits}");
        }
    }

    private static void Rule(JsonObject rule, string path, Problems problems)
    {
        if (rule.Array("subjects") is not { Count: > 0 })
        {
            problems.Required($"{path}.subjects", "subjects must contain at least one value");
        }

        var index = 0;
        foreach (var subject in rule.Objects("subjects"))
        {
            Subject(subject, string.Create(CultureInfo.InvariantCulture, $"{path}.subjects[{index++}]"), problems);
        }

        if (rule.Array("resourceRules") is not { Count: > 0 } && rule.Array("nonResourceRules") is not { Count: > 0 })
        {
            problems.Required(path, "at least one of resourceRules and nonResourceRules has to be non-empty");
        }

        index = 0;
        foreach (var resources in rule.Objects("resourceRules"))
        {
            Resources(resources, string.Create(CultureInfo.InvariantCulture, $"{path}.resourceRules[{index++}]"), problems);
        }

        index = 0;
        foreach (var urls in rule.Objects("nonResourceRules"))
        {
            Urls(urls, string.Create(CultureInfo.InvariantCulture, $"{path}.nonResourceRules[{index++}]"), problems);
        }
    }

    private static void Subject(JsonObject subject, string path, Problems problems)
    {
        var kind = subject.Text("kind");
        if (kind is not ("Group" or "ServiceAccount" or "User"))
        {
            problems.NotSupported($"{path}.kind", kind, "Group", "ServiceAccount", "User");
            return;
        }

        foreach (var (field, of) in (ReadOnlySpan<(string, string)>)[("serviceAccount", "ServiceAccount"), ("user", "User"), ("group", "Group")])
        {
            var (at, who) = ($"{path}.{field}", subject.Object(field));
            if (of != kind)
            {
                if (who is not null)
                {
                    problems.Forbidden(at, $"{field} is forbidden when subject kind is not '{of}'");
                }

                continue;
            }

            if (who is null)
            {
                problems.Required(at, $"{field} is required when subject kind is '{of}'");
                continue;
            }

            if (who.Text("name").Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (of == "ServiceAccount" && who.Text("name") != "*" && NameRules.Subdomain(who.Text("name")) is { } problem)
            {
                problems.Invalid($"{at}.name", who.Text("name"), problem);
            }

            if (of == "ServiceAccount" && who.Text("namespace").Length == 0)
            {
                problems.Required($"{at}.namespace", "must specify namespace for service account");
            }
        }
    }

    private static void Resources(JsonObject rule, string path, Problems problems)
    {
        VerbsOf(rule, path, problems);
        List(rule, "apiGroups", path, "resource rules must supply at least one api group", "api groups", problems);
        List(rule, "resources", path, "resource rules must supply at least one resource", "resources", problems);
        var namespaces = rule.Texts("namespaces").ToList();
        if (namespaces.Count == 0)
        {
            if (!rule.Flag("clusterScope"))
            {
                problems.Required($"{path}.namespaces", "resource rules that are not cluster scoped must supply at least one namespace");
            }
        }
        else if (namespaces.Contains("*", StringComparer.Ordinal))
        {
            List(rule, "namespaces", path, "", "namespaces", problems);
        }
        else
        {
            for (var index = 0; index < namespaces.Count; index++)
            {
                if (NameRules.Label(namespaces[index]) is { } problem)
                {
                    problems.Invalid($"{path}.namespaces[{index}]", namespaces[index], $"each member of this list must be '*' or a DNS-1123 label; {problem}");
                }
            }
        }
    }

    private static void Urls(JsonObject rule, string path, Problems problems)
    {
        VerbsOf(rule, path, problems);
        List(rule, "nonResourceURLs", path, "nonResourceURLs must contain at least one value", "non-resource URLs", problems);
        var index = 0;
        foreach (var url in rule.Texts("nonResourceURLs"))
        {
            if (url != "*" && UrlProblem(url) is { } problem)
            {
                problems.Invalid($"{path}.nonResourceURLs[{index}]", url, problem);
            }

            index++;
        }
    }

    private static string? UrlProblem(string url) =>
        url.Length == 0 ? "must not be empty"
        : url == "/" ? null
        : url[0] != '/' ? "must start with slash"
        : url.Contains(' ', StringComparison.Ordinal) ? "must not contain white-space"
        : url.Contains("//", StringComparison.Ordinal) ? "must not contain double slash"
        : url.Count('*') is var stars && (stars > 1 || (stars == 1 && !url.EndsWith("/*", StringComparison.Ordinal))) ? "wildcard can only do suffix matching"
        : null;

    private static void VerbsOf(JsonObject rule, string path, Problems problems)
    {
        List(rule, "verbs", path, "verbs must contain at least one value", "verbs", problems);
        var verbs = rule.Texts("verbs").ToList();
        if (!verbs.Contains("*", StringComparer.Ordinal) && verbs.Find(static verb => !Verbs.Contains(verb, StringComparer.Ordinal)) is not null)
        {
            problems.Add(
                "FieldValueNotSupported", $"{path}.verbs", $"Unsupported value: {rule["verbs"]!.ToJsonString()}",
                $"supported values: {string.Join(", ", Verbs.Order(StringComparer.Ordinal).Select(static verb => $"\"{verb}\""))}");
        }
    }

    // Something, or everything and nothing else.
    private static void List(JsonObject rule, string name, string path, string missing, string what, Problems problems)
    {
        var items = rule.Texts(name).ToList();
        if (items.Count == 0)
        {
            problems.Required($"{path}.{name}", missing);
        }
        else if (items.Count > 1 && items.Contains("*", StringComparer.Ordinal))
        {
            problems.Invalid($"{path}.{name}", rule[name]!.DeepClone(), $"if '*' is present, must not specify other {what}");
        }
    }
}
