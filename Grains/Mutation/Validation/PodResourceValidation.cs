using System.Globalization;
using System.Numerics;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Defaulting;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>What a pod and its containers ask for: amounts, devices, and when a change of them restarts.</summary>
internal static class PodResourceValidation
{
    private const string HugePages = "hugepages-";

    private static readonly string[] Standard =
    [
        "cpu", "memory", "ephemeral-storage", "storage", "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps",
        "persistentvolumeclaims", "services.nodeports", "services.loadbalancers", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
        "requests.storage", "limits.cpu", "limits.memory", "limits.ephemeral-storage",
    ];

    /// <summary><c>resourceClaims</c> of the pod; returns their names.</summary>
    public static HashSet<string> Claims(JsonObject? spec, string path, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var claim in spec.Objects("resourceClaims"))
        {
            var (at, name) = (string.Create(CultureInfo.InvariantCulture, $"{path}.resourceClaims[{index++}]"), claim.Text("name"));
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (!names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }
            else if (NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }

            if (claim.Has("resourceClaimName") == claim.Has("resourceClaimTemplateName"))
            {
                problems.Invalid(
                    at, claim.DeepClone(), claim.Has("resourceClaimName")
                        ? "at most one of `resourceClaimName` or `resourceClaimTemplateName` may be specified"
                        : "must specify one of: `resourceClaimName`, `resourceClaimTemplateName`");
            }

            foreach (var source in (ReadOnlySpan<string>)["resourceClaimName", "resourceClaimTemplateName"])
            {
                if (claim.Has(source) && NameRules.Subdomain(claim.Text(source)) is { } problem)
                {
                    problems.Invalid($"{at}.{source}", claim.Text(source), problem);
                }
            }
        }

        return names;
    }

    /// <summary><c>resources</c> and <c>resizePolicy</c> of a container.</summary>
    public static void Container(JsonObject container, string path, PodParts parts, Problems problems)
    {
        var resources = container.Object("resources");
        Requirements(resources, $"{path}.resources", ContainerName, problems);
        ClaimNames(resources, parts.Claims, $"{path}.resources.claims", problems);
        Resizing(container, $"{path}.resizePolicy", parts.NeverRestarts, problems);
    }

    /// <summary><c>spec.resources</c>: what all containers have together.</summary>
    public static void Pod(JsonObject? spec, string path, Problems problems)
    {
        if (spec.Object("resources") is not { } resources)
        {
            return;
        }

        var at = $"{path}.resources";
        if (resources.Has("claims"))
        {
            problems.Forbidden($"{at}.claims", "claims cannot be set for Resources at pod-level");
        }

        Requirements(resources, at, PodName, problems);
        foreach (var (name, amount) in PodAmounts.Together(spec))
        {
            var text = resources.Object("requests").Text(name);
            if (!QuantityText.TryParseNano(text, out var request) || amount > request)
            {
                problems.Invalid(
                    $"{at}.requests[{name}]", text.Length == 0 ? "0" : text, $"must be greater than or equal to aggregate container requests of {PodAmounts.Show(name, amount)}");
            }
        }

        var index = 0;
        foreach (var limits in spec.Objects("containers").Select(static container => container.Object("resources", "limits")))
        {
            foreach (var (name, value) in limits ?? [])
            {
                var most = resources.Object("limits").Text(name);
                if (QuantityText.TryParseNano(most, out var limit) && QuantityText.TryParseNano(value.AsText(), out var own) && own > limit)
                {
                    problems.Invalid($"{at}.containers[{index}][{name}].limits", value!.DeepClone(), $"must be less than or equal to pod limits of {most}");
                }
            }

            index++;
        }
    }

    /// <summary><c>overhead</c>, which a RuntimeClass brings.</summary>
    public static void Overhead(JsonObject? spec, string path, Problems problems)
    {
        foreach (var (name, value) in spec.Object("overhead") ?? [])
        {
            var at = $"{path}.overhead[{name}]";
            ContainerName(name, at, problems);
            Amount(name, value, at, problems);
        }
    }

    private static void Requirements(JsonObject? resources, string path, Action<string, string, Problems> nameRule, Problems problems)
    {
        var (hasPages, hasOthers) = (false, false);
        foreach (var list in (ReadOnlySpan<string>)["limits", "requests"])
        {
            foreach (var (name, value) in resources.Object(list) ?? [])
            {
                var at = $"{path}.{list}[{name}]";
                nameRule(name, at, problems);
                Amount(name, value, at, problems);
                hasPages |= name.StartsWith(HugePages, StringComparison.Ordinal);
                hasOthers |= name is "cpu" or "memory";
                if (list == "requests" && QuantityText.TryParseNano(value.AsText(), out var amount))
                {
                    Request(resources!, name, value!, amount, path, problems);
                }
            }
        }

        if (hasPages && !hasOthers)
        {
            problems.Forbidden(path, "HugePages require cpu or memory");
        }
    }

    private static void Amount(string name, JsonNode? value, string path, Problems problems)
    {
        if (!QuantityText.TryParseNano(value.AsText(), out var amount))
        {
            return;
        }

        if (amount.Sign < 0)
        {
            problems.Invalid(path, value?.DeepClone(), "must be greater than or equal to 0");
        }

        if (name.Contains('/', StringComparison.Ordinal) && !amount.IsWhole())
        {
            problems.Invalid(path, value?.DeepClone(), "must be an integer");
        }

        if (name.StartsWith(HugePages, StringComparison.Ordinal) && QuantityText.TryParseNano(name[HugePages.Length..], out var page)
            && page.Sign > 0 && !(amount % page).IsZero)
        {
            problems.Invalid(path, value?.DeepClone(), $"{value.AsText()} is not positive integer multiple of {name}");
        }
    }

    // Of what a node cannot give twice, neither more nor less than the limit can be asked for.
    private static void Request(JsonObject resources, string name, JsonNode value, BigInteger amount, string path, Problems problems)
    {
        var isShared = name is "cpu" or "memory" or "ephemeral-storage";
        var text = resources.Object("limits").Text(name);
        if (!QuantityText.TryParseNano(text, out var limit))
        {
            if (!isShared)
            {
                problems.Required($"{path}.limits", "Limit must be set for non overcommitable resources");
            }
        }
        else if (amount != limit && !isShared)
        {
            problems.Invalid($"{path}.requests", value.DeepClone(), $"must be equal to {name} limit of {text}");
        }
        else if (amount > limit)
        {
            problems.Invalid($"{path}.requests", value.DeepClone(), $"must be less than or equal to {name} limit of {text}");
        }
    }

    private static bool Name(string name, string path, Problems problems)
    {
        var isPages = name.StartsWith(HugePages, StringComparison.Ordinal) || name.StartsWith($"requests.{HugePages}", StringComparison.Ordinal);
        if (NameRules.QualifiedName(name) is { } problem)
        {
            problems.Invalid(path, name, problem);
            return false;
        }

        if (!name.Contains('/', StringComparison.Ordinal) && !isPages && !Standard.Contains(name, StringComparer.Ordinal))
        {
            problems.Invalid(path, name, "must be a standard resource type or fully qualified");
            return false;
        }

        return true;
    }

    private static void ContainerName(string name, string path, Problems problems)
    {
        Name(name, path, problems);
        if (!name.Contains('/', StringComparison.Ordinal))
        {
            if (name is not ("cpu" or "memory" or "ephemeral-storage") && !name.StartsWith(HugePages, StringComparison.Ordinal))
            {
                problems.Invalid(path, name, "must be a standard resource for containers");
            }
        }
        else if (!IsNative(name) && (name.StartsWith("requests.", StringComparison.Ordinal) || NameRules.QualifiedName($"requests.{name}") is not null))
        {
            problems.Invalid(path, name, "doesn't follow extended resource name standard");
        }
    }

    private static void PodName(string name, string path, Problems problems)
    {
        if (Name(name, path, problems) && name is not ("cpu" or "memory") && !name.StartsWith(HugePages, StringComparison.Ordinal))
        {
            problems.NotSupported(path, name, "cpu", "memory");
        }
    }

    private static bool IsNative(string name) => name.Split('/')[0] is var prefix && (prefix == "kubernetes.io" || prefix.EndsWith(".kubernetes.io", StringComparison.Ordinal));

    private static void ClaimNames(JsonObject? resources, IReadOnlySet<string> known, string path, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var claim in resources.Objects("claims"))
        {
            var (at, name, request) = (string.Create(CultureInfo.InvariantCulture, $"{path}[{index++}]"), claim.Text("name"), claim.Text("request"));
            if (name.Length == 0)
            {
                problems.Required(at);
                continue;
            }

            if (request.Length > 0 && NameRules.Label(request) is { } problem)
            {
                problems.Invalid($"{at}.request", request, problem);
            }

            // A claim as a whole and a part of it overlap.
            var key = request.Length > 0 ? $"{name}/{request}" : name;
            if (seen.Contains(name) || (request.Length == 0 && seen.Any(other => other.StartsWith($"{name}/", StringComparison.Ordinal))))
            {
                problems.Duplicate(at, name);
            }
            else if (!seen.Add(key))
            {
                problems.Duplicate(at, key);
            }

            if (!known.Contains(name))
            {
                var names = known.Count == 0 ? " which is empty" : $": {string.Join(", ", known.Order(StringComparer.Ordinal))}";
                problems.Add("FieldValueNotFound", at, $"Not found: \"{name}\"", $"must be one of the names in pod.spec.resourceClaims{names}");
            }
        }
    }

    private static void Resizing(JsonObject container, string path, bool neverRestarts, Problems problems)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var policy in container.Objects("resizePolicy"))
        {
            var (name, restart) = (policy.Text("resourceName"), policy.Text("restartPolicy"));
            if (!seen.Add(name))
            {
                problems.Duplicate($"{path}[{index}]", name);
            }

            Known(name, path, problems, "cpu", "memory");
            Known(restart, path, problems, "NotRequired", "RestartContainer");
            if (neverRestarts && restart != "NotRequired")
            {
                problems.Invalid(path, restart, "must be 'NotRequired' when `restartPolicy` is 'Never'");
            }

            index++;
        }
    }

    private static void Known(string value, string path, Problems problems, params ReadOnlySpan<string> supported)
    {
        if (value.Length == 0)
        {
            problems.Required(path);
        }
        else if (!supported.Contains(value))
        {
            problems.NotSupported(path, value, supported);
        }
    }
}
