using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Autoscaling, quotas, runtime classes, admission and flow control.</summary>
internal static class ClusterValidation
{
    private const int LongestWindow = 3600;
    private const int LongestPeriod = 1800;

    private static readonly string[] Amounts =
    [
        "cpu", "memory", "ephemeral-storage", "requests.cpu", "requests.memory", "requests.storage", "requests.ephemeral-storage", "limits.cpu",
        "limits.memory", "limits.ephemeral-storage",
    ];

    private static readonly string[] Counts =
    [
        "pods", "services", "replicationcontrollers", "resourcequotas", "secrets", "configmaps", "persistentvolumeclaims", "services.nodeports",
        "services.loadbalancers",
    ];

    public static void Autoscaler(JsonObject autoscaler, Problems problems)
    {
        var spec = autoscaler.Object("spec");
        var (min, max) = (spec.Integer("minReplicas"), spec.Integer("maxReplicas") ?? 0);
        if (min is < 1)
        {
            problems.Invalid("spec.minReplicas", min, "must be greater than or equal to 1");
        }

        if (max < 1)
        {
            problems.Invalid("spec.maxReplicas", max, "must be greater than 0");
        }
        else if (min > max)
        {
            problems.Invalid("spec.maxReplicas", max, "must be greater than or equal to `minReplicas`");
        }

        foreach (var name in (ReadOnlySpan<string>)["kind", "name"])
        {
            if (spec.Object("scaleTargetRef").Text(name).Length == 0)
            {
                problems.Required($"spec.scaleTargetRef.{name}");
            }
        }

        var index = 0;
        foreach (var metric in spec.Objects("metrics"))
        {
            MetricValidation.Validate(metric, $"spec.metrics[{index}]", problems);
            index++;
        }

        foreach (var direction in (ReadOnlySpan<string>)["scaleUp", "scaleDown"])
        {
            Scaling(spec.Object("behavior", direction), $"spec.behavior.{direction}", problems);
        }
    }

    private static void Scaling(JsonObject? rules, string path, Problems problems)
    {
        if (rules is null)
        {
            return;
        }

        if (rules.Integer("stabilizationWindowSeconds") is < 0 and var negative)
        {
            problems.Invalid($"{path}.stabilizationWindowSeconds", negative, "must be greater than or equal to zero");
        }

        if (rules.Integer("stabilizationWindowSeconds") is > LongestWindow and var window)
        {
            problems.Invalid($"{path}.stabilizationWindowSeconds", window, "must be less than or equal to 3600");
        }

        problems.OneOf(rules, "selectPolicy", path, "Max", "Min", "Disabled");
        if (rules.Array("policies") is not { Count: > 0 })
        {
            problems.Required($"{path}.policies", "must specify at least one Policy");
        }

        if (QuantityText.TryParseNano(rules.Text("tolerance"), out var tolerance) && tolerance.Sign < 0)
        {
            problems.Invalid($"{path}.tolerance", rules.Text("tolerance"), "must be greater than or equal to 0");
        }

        var index = 0;
        foreach (var policy in rules.Objects("policies"))
        {
            var at = $"{path}.policies[{index++}]";
            if (policy.Text("type") is not ("Pods" or "Percent") and var type)
            {
                problems.NotSupported($"{at}.type", type, "Percent", "Pods");
            }

            foreach (var name in (ReadOnlySpan<string>)["value", "periodSeconds"])
            {
                if ((policy.Integer(name) ?? 0) is <= 0 and var value)
                {
                    problems.Invalid($"{at}.{name}", value, "must be greater than zero");
                }
            }

            if (policy.Integer("periodSeconds") is > LongestPeriod and var period)
            {
                problems.Invalid($"{at}.periodSeconds", period, "must be less than or equal to 1800");
            }
        }
    }

    public static void Quota(JsonObject quota, Problems problems)
    {
        foreach (var (name, value) in quota.Object("spec", "hard") ?? [])
        {
            if (!name.Contains('/', StringComparison.Ordinal) && !name.Contains("hugepages-", StringComparison.Ordinal)
                && !Amounts.Contains(name, StringComparer.Ordinal) && !Counts.Contains(name, StringComparer.Ordinal))
            {
                problems.Invalid($"spec.hard[{name}]", name, "must be a standard resource for quota");
            }

            if (!QuantityText.TryParseNano(value.AsText(), out var amount))
            {
                continue;
            }

            if (amount.Sign < 0)
            {
                problems.Invalid($"spec.hard[{name}]", value?.DeepClone(), "must be greater than or equal to 0");
            }
            else if ((Counts.Contains(name, StringComparer.Ordinal) || name.StartsWith("count/", StringComparison.Ordinal)) && !amount.IsWhole())
            {
                problems.Invalid($"spec.hard[{name}]", value?.DeepClone(), "must be an integer");
            }
        }

        var index = 0;
        foreach (var scope in quota.Object("spec").Texts("scopes"))
        {
            if (scope is not ("Terminating" or "NotTerminating" or "BestEffort" or "NotBestEffort" or "PriorityClass" or "CrossNamespacePodAffinity"
                or "VolumeAttributesClass"))
            {
                problems.Invalid($"spec.scopes[{index}]", scope, "unsupported scope");
            }

            index++;
        }
    }

    public static void QuotaUpdate(JsonObject updated, JsonObject old, Problems problems) =>
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "scopes", "spec");

    public static void RuntimeClass(JsonObject item, Problems problems)
    {
        if (item.Text("handler") is not { Length: > 0 } handler)
        {
            problems.Required("handler");
        }
        else if (NameRules.Label(handler) is { } problem)
        {
            problems.Invalid("handler", handler, problem);
        }
    }

    public static void RuntimeClassUpdate(JsonObject updated, JsonObject old, Problems problems) => problems.Immutable(updated, old, "handler", "");

    public static void Webhooks(JsonObject configuration, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var webhook in configuration.Objects("webhooks"))
        {
            var at = $"webhooks[{index++}]";
            if (!names.Add(webhook.Text("name")))
            {
                problems.Duplicate($"{at}.name", webhook.Text("name"));
            }

            Webhook(webhook, at, problems);
        }
    }

    public static void AdmissionPolicyBinding(JsonObject binding, Problems problems)
    {
        var spec = binding.Object("spec");
        if (spec.Text("policyName").Length == 0)
        {
            problems.Required("spec.policyName");
        }
        else if (NameRules.Subdomain(spec.Text("policyName")) is { } problem)
        {
            problems.Invalid("spec.policyName", spec.Text("policyName"), problem);
        }

        MatchValidation.ParameterReference(spec.Object("paramRef"), "spec.paramRef", problems);
        MatchValidation.Resources(spec.Object("matchResources"), "spec.matchResources", problems);

        if (spec.Array("validationActions") is not { Count: > 0 })
        {
            problems.Required("spec.validationActions", "at least one validation action is required");
        }

        var index = 0;
        foreach (var action in spec.Texts("validationActions"))
        {
            if (action is not ("Audit" or "Deny" or "Warn"))
            {
                problems.NotSupported($"spec.validationActions[{index}]", action, "Audit", "Deny", "Warn");
            }

            index++;
        }
    }

    private static void Webhook(JsonObject webhook, string path, Problems problems)
    {
        var name = webhook.Text("name");
        if (name.Length == 0)
        {
            problems.Required($"{path}.name");
        }
        else if (NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid($"{path}.name", name, problem);
        }
        else if (name.Split('.').Length < 3)
        {
            problems.Invalid($"{path}.name", name, "should be a domain with at least three segments separated by dots");
        }

        if (webhook.Text("sideEffects").Length == 0)
        {
            problems.Required($"{path}.sideEffects", "must specify one of None, NoneOnDryRun");
        }

        problems.OneOf(webhook, "sideEffects", path, "None", "NoneOnDryRun");
        problems.OneOf(webhook, "failurePolicy", path, "Fail", "Ignore");
        problems.OneOf(webhook, "matchPolicy", path, "Equivalent", "Exact");
        problems.OneOf(webhook, "reinvocationPolicy", path, "IfNeeded", "Never");
        var versions = webhook.Texts("admissionReviewVersions").ToList();
        if (versions.Count == 0)
        {
            problems.Required($"{path}.admissionReviewVersions", "must specify one of v1, v1beta1");
        }
        else if (!versions.Exists(static version => version is "v1" or "v1beta1"))
        {
            problems.Invalid(
                $"{path}.admissionReviewVersions", webhook["admissionReviewVersions"]!.DeepClone(), "must include at least one of v1, v1beta1");
        }

        if (webhook.Integer("timeoutSeconds") is { } timeout && timeout is < 1 or > 30)
        {
            problems.Invalid($"{path}.timeoutSeconds", webhook.Integer("timeoutSeconds"), "the timeout value must be between 1 and 30 seconds");
        }

        var client = webhook.Object("clientConfig");
        if (client.Has("url") == client.Has("service"))
        {
            problems.Required($"{path}.clientConfig", "exactly one of url or service is required");
        }

        SelectorValidation.Validate(webhook.Object("namespaceSelector"), $"{path}.namespaceSelector", problems);
        SelectorValidation.Validate(webhook.Object("objectSelector"), $"{path}.objectSelector", problems);
        WebhookRules(webhook, path, problems);
        AdmissionPolicyValidation.MatchConditions(webhook, path, ExpressionScope.Webhook, problems);
    }

    private static void WebhookRules(JsonObject webhook, string path, Problems problems)
    {
        var index = 0;
        foreach (var rule in webhook.Objects("rules"))
        {
            MatchValidation.Rule(rule, $"{path}.rules[{index++}]", problems);
        }
    }
}
