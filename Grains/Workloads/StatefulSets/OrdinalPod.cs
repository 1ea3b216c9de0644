using System.Globalization;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>A pod with its place in a StatefulSet.</summary>
/// <param name="Facts">What all workload controllers read.</param>
/// <param name="Ordinal">Number at the end of its name.</param>
/// <param name="Revision">Name of the revision it was made of.</param>
internal sealed record OrdinalPod(PodFacts Facts, int Ordinal, string Revision)
{
    public const string RevisionLabel = "controller-revision-hash";

    public bool IsHealthy => Facts is { Phase: "Running", IsReady: true, IsDeleting: false };

    /// <summary>Null for pods that are not named like members of the set.</summary>
    public static OrdinalPod? Of(string set, PodFacts pod) =>
        pod.Snapshot.Key.Name is var name && name.Length > set.Length + 1 && name.StartsWith(set, StringComparison.Ordinal) && name[set.Length] == '-'
        && int.TryParse(name.AsSpan(set.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var ordinal)
            ? new(pod, ordinal, pod.Snapshot.Labels.GetValueOrDefault(RevisionLabel, ""))
            : null;
}
