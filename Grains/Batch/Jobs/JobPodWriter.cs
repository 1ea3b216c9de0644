using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.Workloads;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>Makes the pods of a Job.</summary>
internal static class JobPodWriter
{
    private const string IndexVariable = "JOB_COMPLETION_INDEX";

    public static JsonObject Create(JobFacts job, JobSlot slot, NameSuffix suffix)
    {
        var name = slot.Index is { } number ? string.Create(CultureInfo.InvariantCulture, $"{job.Snapshot.Key.Name}-{number}") : job.Snapshot.Key.Name;
        var pod = PodWriter.Create(job.Identity, job.Template, suffix.Append(name));
        var metadata = PodWriter.Member(pod, "metadata");
        if (metadata["finalizers"] is not JsonArray finalizers)
        {
            metadata["finalizers"] = finalizers = [];
        }

        finalizers.Add(JobPod.Finalizer);
        if (slot.Failures is { } failures)
        {
            PodWriter.Member(metadata, "annotations")[JobPod.FailuresAnnotation] = failures.ToString(CultureInfo.InvariantCulture);
        }

        if (slot.Index is { } completion)
        {
            AddIndex(pod, metadata, name, completion.ToString(CultureInfo.InvariantCulture));
        }

        return pod;
    }

    private static void AddIndex(JsonObject pod, JsonObject metadata, string name, string index)
    {
        metadata["generateName"] = $"{name}-";
        PodWriter.Member(metadata, "annotations")[JobPod.IndexAnnotation] = index;
        PodWriter.Member(metadata, "labels")[JobPod.IndexAnnotation] = index;
        var spec = PodWriter.Member(pod, "spec");
        spec["hostname"] = name;
        foreach (var container in ((string[])["containers", "initContainers"]).SelectMany(list => spec[list] as JsonArray ?? []).OfType<JsonObject>())
        {
            if (container["env"] is not JsonArray variables)
            {
                container["env"] = variables = [];
            }

            if (!variables.Any(static variable => (string?)variable?["name"] == IndexVariable))
            {
                variables.Add((JsonNode)new JsonObject
                {
                    ["name"] = IndexVariable,
                    ["valueFrom"] = new JsonObject
                    {
                        ["fieldRef"] = new JsonObject { ["fieldPath"] = $"metadata.labels['{JobPod.IndexAnnotation}']" },
                    },
                });
            }
        }
    }
}
