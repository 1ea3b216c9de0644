using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Defaulting;

/// <summary>Defaults of Jobs and CronJobs.</summary>
internal static class BatchDefaults
{
    private static readonly string[] NameLabels = ["batch.kubernetes.io/job-name", "job-name"];
    private static readonly string[] UidLabels = ["batch.kubernetes.io/controller-uid", "controller-uid"];

    public static void Job(JsonObject job)
    {
        var spec = job.Ensure("spec");
        if (!spec.Has("completions") && !spec.Has("parallelism"))
        {
            spec["completions"] = 1;
        }

        spec.Default("parallelism", 1);
        spec.Default("backoffLimit", spec.Has("backoffLimitPerIndex") ? int.MaxValue : 6);
        spec.Default("completionMode", "NonIndexed");
        spec.Default("suspend", false);
        spec.Default("podReplacementPolicy", spec.Has("podFailurePolicy") ? "Failed" : "TerminatingOrFailed");
        foreach (var condition in spec.Object("podFailurePolicy").Objects("rules").SelectMany(static rule => rule.Objects("onPodConditions")))
        {
            condition.Default("status", "True");
        }

        if (spec.Object("template", "metadata", "labels") is { Count: > 0 } labels)
        {
            WorkloadDefaults.InheritLabels(job, labels);
        }

        PodDefaults.ApplyTemplate(job);
    }

    /// <summary>A new Job selects its pods by its own uid, unless its selector is made by hand.</summary>
    public static void BeginJob(JsonObject job)
    {
        job["status"] = new JsonObject();
        var (spec, metadata) = (job.Ensure("spec"), job.Object("metadata"));
        if (spec.Flag("manualSelector"))
        {
            return;
        }

        var labels = spec.Ensure("template").Ensure("metadata").Ensure("labels");
        foreach (var name in NameLabels)
        {
            labels[name] = metadata.Text("name");
        }

        foreach (var name in UidLabels)
        {
            labels[name] = metadata.Text("uid");
        }

        WorkloadDefaults.InheritLabels(job, labels);
        if (!spec.Has("selector"))
        {
            spec["selector"] = new JsonObject { ["matchLabels"] = new JsonObject { [UidLabels[0]] = metadata.Text("uid") } };
        }
    }

    public static void CronJob(JsonObject job)
    {
        var spec = job.Ensure("spec");
        spec.Default("concurrencyPolicy", "Allow");
        spec.Default("suspend", false);
        spec.Default("successfulJobsHistoryLimit", 3);
        spec.Default("failedJobsHistoryLimit", 1);
        PodDefaults.ApplyTemplateSpec(spec.Object("jobTemplate", "spec", "template"));
    }
}
