namespace Crescent.Grains.Nodes.Lifecycle;

/// <summary>Taints that mirror a node's conditions; see <see href="https://kubernetes.io/docs/reference/labels-annotations-taints/">well-known taints</see>.</summary>
internal static class NodeTaints
{
    public const string NotReady = "node.kubernetes.io/not-ready";
    public const string Unreachable = "node.kubernetes.io/unreachable";
    public const string Unschedulable = "node.kubernetes.io/unschedulable";
    public const string NoExecute = "NoExecute";
    public const string NoSchedule = "NoSchedule";

    private static readonly Dictionary<string, string> ByPressure = new(StringComparer.Ordinal)
    {
        ["MemoryPressure"] = "node.kubernetes.io/memory-pressure",
        ["DiskPressure"] = "node.kubernetes.io/disk-pressure",
        ["PIDPressure"] = "node.kubernetes.io/pid-pressure",
        ["NetworkUnavailable"] = "node.kubernetes.io/network-unavailable",
    };

    /// <summary>True for taints that come and go with conditions and nobody else may keep.</summary>
    public static bool IsManaged(Taint taint) => taint.Effect switch
    {
        NoSchedule => taint.Key is NotReady or Unreachable or Unschedulable || ByPressure.ContainsValue(taint.Key),
        NoExecute => taint.Key is NotReady or Unreachable,
        _ => false,
    };

    /// <summary>Keys and effects the conditions ask for.</summary>
    public static IEnumerable<(string Key, string Effect)> For(NodeFacts node)
    {
        if (node.IsUnschedulable)
        {
            yield return (Unschedulable, NoSchedule);
        }

        foreach (var (condition, key) in ByPressure)
        {
            if (node.Conditions.GetValueOrDefault(condition) == "True")
            {
                yield return (key, NoSchedule);
            }
        }

        switch (node.Ready)
        {
            case "True":
                break;
            case "Unknown":
                yield return (Unreachable, NoSchedule);
                yield return (Unreachable, NoExecute);
                break;
            case "False":
                yield return (NotReady, NoSchedule);
                yield return (NotReady, NoExecute);
                break;
            default:
                // Never reported: nothing may be placed there, but nothing is taken away either.
                yield return (NotReady, NoSchedule);
                break;
        }
    }
}
