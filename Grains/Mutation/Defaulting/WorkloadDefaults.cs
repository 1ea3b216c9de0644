using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of the workload kinds.</summary>
internal static class WorkloadDefaults
{
    public static void Deployment(JsonObject deployment)
    {
        var spec = deployment.Ensure("spec");
        spec.Default("replicas", 1);
        var strategy = spec.Ensure("strategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxUnavailable", "25%");
            rolling.Default("maxSurge", "25%");
        }

        spec.Default("revisionHistoryLimit", 10);
        spec.Default("progressDeadlineSeconds", 600);
        PodDefaults.ApplyTemplate(deployment);
    }

    public static void ReplicaSet(JsonObject replicaSet)
    {
        replicaSet.Ensure("spec").Default("replicas", 1);
        PodDefaults.ApplyTemplate(replicaSet);
    }

    /// <summary>Selector and labels come from the template when not given.</summary>
    public static void ReplicationController(JsonObject controller)
    {
        var spec = controller.Ensure("spec");
        spec.Default("replicas", 1);
        if (spec.Object("template", "metadata", "labels") is { Count: > 0 } labels)
        {
            if (spec.Object("selector") is not { Count: > 0 })
            {
                spec["selector"] = labels.DeepClone();
            }

            InheritLabels(controller, labels);
        }

        PodDefaults.ApplyTemplate(controller);
    }

    public static void DaemonSet(JsonObject set)
    {
        var spec = set.Ensure("spec");
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            var rolling = strategy.Ensure("rollingUpdate");
            rolling.Default("maxUnavailable", 1);
            rolling.Default("maxSurge", 0);
        }

        spec.Default("revisionHistoryLimit", 10);
        PodDefaults.ApplyTemplate(set);
    }

    public static void StatefulSet(JsonObject set)
    {
        var spec = set.Ensure("spec");
        spec.Default("replicas", 1);
        spec.Default("podManagementPolicy", "OrderedReady");
        spec.Default("revisionHistoryLimit", 10);
        var strategy = spec.Ensure("updateStrategy");
        strategy.Default("type", "RollingUpdate");
        if (strategy.Text("type") == "RollingUpdate")
        {
            strategy.Ensure("rollingUpdate").Default("partition", 0);
        }

        var retention = spec.Ensure("persistentVolumeClaimRetentionPolicy");
        retention.Default("whenDeleted", "Retain");
        retention.Default("whenScaled", "Retain");
        foreach (var claim in spec.Objects("volumeClaimTemplates"))
        {
            claim.Default("apiVersion", "v1");
            claim.Default("kind", "PersistentVolumeClaim");
            claim.Ensure("spec").Default("volumeMode", "Filesystem");
            claim.Ensure("status").Default("phase", "Pending");
        }

        PodDefaults.ApplyTemplate(set);
    }

    /// <summary>Labels of the template, for an object that has none of its own.</summary>
    public static void InheritLabels(JsonObject item, JsonObject labels)
    {
        var metadata = item.Ensure("metadata");
        if (metadata.Object("labels") is not { Count: > 0 })
        {
            metadata["labels"] = labels.DeepClone();
        }
    }
}
