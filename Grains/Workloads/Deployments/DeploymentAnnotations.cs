using System.Collections.Frozen;
using System.Globalization;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>Annotations by which Deployments keep their history; clients such as <c>kubectl rollout</c> read them.</summary>
internal static class DeploymentAnnotations
{
    public const string Revision = "deployment.kubernetes.io/revision";
    public const string RevisionHistory = "deployment.kubernetes.io/revision-history";
    public const string DesiredReplicas = "deployment.kubernetes.io/desired-replicas";
    public const string MaxReplicas = "deployment.kubernetes.io/max-replicas";

    private static readonly FrozenSet<string> NotCopied = FrozenSet.Create(
        StringComparer.Ordinal, "kubectl.kubernetes.io/last-applied-configuration", Revision, RevisionHistory, DesiredReplicas, MaxReplicas,
        "deprecated.deployment.rollback.to");

    /// <summary>True for annotations that a Deployment passes on to its ReplicaSets.</summary>
    public static bool IsCopied(string name) => !NotCopied.Contains(name);

    public static long RevisionOf(IReadOnlyDictionary<string, string> annotations) =>
        annotations.TryGetValue(Revision, out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var revision)
            ? revision
            : 0;

    public static int? Number(IReadOnlyDictionary<string, string> annotations, string name) =>
        annotations.TryGetValue(name, out var text) && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? value
            : null;
}
