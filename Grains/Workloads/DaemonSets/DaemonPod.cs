using Crescent.Grains.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>A pod of a DaemonSet.</summary>
/// <param name="Facts">What all workload controllers read.</param>
/// <param name="Node">The node it runs on or is meant for.</param>
/// <param name="Hash">Hash of the revision it was made of.</param>
internal sealed record DaemonPod(PodFacts Facts, string Node, string Hash)
{
    public const string HashLabel = "controller-revision-hash";

    public static DaemonPod Of(ResourceSnapshot snapshot)
    {
        var facts = PodFacts.Of(snapshot);
        return new(facts, facts.NodeName.Length > 0 ? facts.NodeName : Target(snapshot), snapshot.Labels.GetValueOrDefault(HashLabel, ""));
    }

    private static string Target(ResourceSnapshot snapshot)
    {
        var required = snapshot.View().At("spec", "affinity").At("nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        foreach (var field in required.At("nodeSelectorTerms").Items().SelectMany(static term => term.At("matchFields").Items()))
        {
            if (field.At("key").ValueEqualsText("metadata.name"))
            {
                return field.At("values").Items().FirstOrDefault().Text() ?? "";
            }
        }

        return "";
    }
}
