namespace Crescent.Grains.Scheduling.Framework;

/// <summary>A <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/taint-and-toleration/">taint</see> of a node.</summary>
internal sealed record Taint(string Key, string Value, string Effect)
{
    public const string NoSchedule = "NoSchedule";
    public const string PreferNoSchedule = "PreferNoSchedule";
    public const string NoExecute = "NoExecute";

    /// <summary>The taint that goes with a cordon.</summary>
    public const string UnschedulableKey = "node.kubernetes.io/unschedulable";

    public bool KeepsPodsAway => Effect is NoSchedule or NoExecute;
}
