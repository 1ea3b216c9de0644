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
}
