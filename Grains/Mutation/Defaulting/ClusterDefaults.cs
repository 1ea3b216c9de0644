using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of networking, autoscaling, admission and flow control kinds.</summary>
internal static class ClusterDefaults
{
    /// <summary>Without policyTypes a policy is for incoming traffic, and for outgoing when it has rules for it.</summary>
    public static void NetworkPolicy(JsonObject policy)
    {
        var spec = policy.Ensure("spec");
        foreach (var rule in spec.Objects("ingress").Concat(spec.Objects("egress")))
        {
            foreach (var port in rule.Objects("ports"))
            {
                port.Default("protocol", "TCP");
            }
        }

        if (spec.Array("policyTypes") is not { Count: > 0 })
        {
            spec["policyTypes"] = spec.Array("egress") is { Count: > 0 } ? new JsonArray("Ingress", "Egress") : new JsonArray("Ingress");
        }
    }

    public static void Autoscaler(JsonObject autoscaler)
    {
        var spec = autoscaler.Ensure("spec");
        spec.Default("minReplicas", 1);
        if (spec.Array("metrics") is not { Count: > 0 })
        {
            spec["metrics"] = new JsonArray((JsonNode)new JsonObject
            {
                ["type"] = "Resource",
                ["resource"] = new JsonObject
                {
                    ["name"] = "cpu", ["target"] = new JsonObject { ["type"] = "Utilization", ["averageUtilization"] = 80 },
                },
            });
        }

        if (spec.Object("behavior") is { } behavior)
        {
            Scaling(behavior, "scaleUp", 0, [("Percent", 100, 15), ("Pods", 4, 15)]);
            Scaling(behavior, "scaleDown", null, [("Percent", 100, 15)]);
        }
    }

    public static void Webhooks(JsonObject configuration)
    {
        foreach (var webhook in configuration.Objects("webhooks"))
        {
            webhook.Default("failurePolicy", "Fail");
            webhook.Default("matchPolicy", "Equivalent");
            webhook.Default("namespaceSelector", new JsonObject());
            webhook.Default("objectSelector", new JsonObject());
            webhook.Default("timeoutSeconds", 10);
            if (configuration.Text("kind") == "MutatingWebhookConfiguration")
            {
                webhook.Default("reinvocationPolicy", "Never");
            }

            webhook.Object("clientConfig", "service")?.Default("port", 443);
            foreach (var rule in webhook.Objects("rules"))
            {
                rule.Default("scope", "*");
            }
        }
    }

    public static void AdmissionPolicy(JsonObject policy)
    {
        var spec = policy.Ensure("spec");
        spec.Default("failurePolicy", "Fail");
        Constraints(spec.Object("matchConstraints"));
    }

    public static void AdmissionPolicyBinding(JsonObject binding) => Constraints(binding.Object("spec", "matchResources"));

    public static void PriorityLevel(JsonObject level)
    {
        var spec = level.Ensure("spec");
        if (spec.Text("type") == "Exempt")
        {
            var exempt = spec.Ensure("exempt");
            exempt.Default("nominalConcurrencyShares", 0);
            exempt.Default("lendablePercent", 0);
            return;
        }

        if (spec.Object("limited") is { } limited)
        {
            limited.Default("nominalConcurrencyShares", 30);
            limited.Default("lendablePercent", 0);
            if (limited.Object("limitResponse", "queuing") is { } queuing)
            {
                queuing.Default("handSize", 8);
                queuing.Default("queues", 64);
                queuing.Default("queueLengthLimit", 50);
            }
        }
    }

    /// <summary>Containers get their defaults and requests from the bounds given.</summary>
    public static void LimitRange(JsonObject range)
    {
        foreach (var limit in range.Object("spec").Objects("limits").Where(static limit => limit.Text("type") == "Container"))
        {
            Fill(limit, "default", "max");
            Fill(limit, "defaultRequest", "default");
            Fill(limit, "defaultRequest", "min");
        }
    }

    private static void Fill(JsonObject limit, string target, string source)
    {
        foreach (var (name, value) in limit.Object(source)?.ToList() ?? [])
        {
            limit.Ensure(target).Default(name, value!.DeepClone());
        }
    }

    private static void Constraints(JsonObject? constraints)
    {
        constraints?.Default("matchPolicy", "Equivalent");
        constraints?.Default("namespaceSelector", new JsonObject());
        constraints?.Default("objectSelector", new JsonObject());
        foreach (var rule in constraints.Objects("resourceRules").Concat(constraints.Objects("excludeResourceRules")))
        {
            rule.Default("scope", "*");
        }
    }

    private static void Scaling(JsonObject behavior, string name, int? window, (string Type, int Value, int Period)[] policies)
    {
        var rules = behavior.Ensure(name);
        if (window is { } seconds)
        {
            rules.Default("stabilizationWindowSeconds", seconds);
        }

        rules.Default("selectPolicy", "Max");
        if (rules.Array("policies") is not { Count: > 0 })
        {
            rules["policies"] = new JsonArray([.. policies.Select(static policy => new JsonObject
            {
                ["type"] = policy.Type, ["value"] = policy.Value, ["periodSeconds"] = policy.Period,
            })]);
        }
    }
}
