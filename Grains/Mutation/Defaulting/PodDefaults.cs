using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of <see href="https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/">pods</see> and pod templates.</summary>
internal static class PodDefaults
{
    /// <summary>A Pod object; a superset of what a template gets.</summary>
    public static void Apply(JsonObject pod)
    {
        if (pod.Object("spec") is not { } spec)
        {
            return;
        }

        ApplySpec(spec);
        spec.Default("enableServiceLinks", true);
        foreach (var container in spec.Objects("containers").Concat(spec.Objects("initContainers")))
        {
            RequestLimits(container.Object("resources"));
        }

        RequestTogether(spec);
        RequestLimits(spec.Object("resources"));
    }

    /// <summary>The template of a workload at <c>spec.template</c>.</summary>
    public static void ApplyTemplate(JsonObject workload) => ApplyTemplateSpec(workload.Object("spec", "template"));

    /// <summary>A PodTemplateSpec.</summary>
    public static void ApplyTemplateSpec(JsonObject? template)
    {
        if (template.Object("spec") is { } spec)
        {
            ApplySpec(spec);
        }
    }

    private static void ApplySpec(JsonObject spec)
    {
        foreach (var container in spec.Objects("initContainers").Concat(spec.Objects("containers")).Concat(spec.Objects("ephemeralContainers")))
        {
            ContainerDefaults.Apply(container, spec.Flag("hostNetwork"));
        }

        foreach (var volume in spec.Objects("volumes"))
        {
            VolumeDefaults.Apply(volume);
        }

        // serviceAccount is the old name of serviceAccountName; both are always shown.
        var account = spec.Text("serviceAccountName") is { Length: > 0 } name ? name : spec.Text("serviceAccount");
        if (account.Length > 0)
        {
            spec["serviceAccountName"] = account;
            spec["serviceAccount"] = account;
        }

        spec.Default("restartPolicy", "Always");
        spec.Default("terminationGracePeriodSeconds", 30);
        spec.Default("dnsPolicy", "ClusterFirst");
        spec.Default("securityContext", new JsonObject());
        spec.Default("schedulerName", "default-scheduler");
    }

    // A pod that asks for some of its resources as a whole asks for what its containers ask of the others.
    private static void RequestTogether(JsonObject spec)
    {
        if (spec.Object("resources") is not { } resources || (resources.Object("limits") is not { Count: > 0 } && resources.Object("requests") is not { Count: > 0 }))
        {
            return;
        }

        foreach (var (name, amount) in PodAmounts.Together(spec))
        {
            if (name is "cpu" or "memory" || name.StartsWith("hugepages-", StringComparison.Ordinal))
            {
                resources.Ensure("requests").Default(name, PodAmounts.Show(name, amount));
            }
        }
    }

    // What is limited and not requested is requested at the limit.
    private static void RequestLimits(JsonObject? resources)
    {
        if (resources.Object("limits") is not { Count: > 0 } limits)
        {
            return;
        }

        var requests = resources!.Ensure("requests");
        foreach (var (name, limit) in limits)
        {
            if (limit is not null)
            {
                requests.Default(name, limit.DeepClone());
            }
        }
    }
}
