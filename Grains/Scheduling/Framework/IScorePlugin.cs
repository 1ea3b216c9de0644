namespace Crescent.Grains.Scheduling.Framework;

/// <summary>
/// Ranks nodes by looking at nothing but the pod and the node, with the same memory as <see cref="IFilterPlugin"/>. Stateless and thread-safe.
/// </summary>
internal interface IScorePlugin
{
    /// <summary>Kubernetes' name of the plugin.</summary>
    string Name { get; }

    /// <summary>Any number; <see cref="Normalize"/> brings it to 0–100.</summary>
    long Score(PodInfo pod, NodeInfo node);

    /// <summary>Turns the raw scores of all feasible nodes into 0 (worst) to 100 (best), in place.</summary>
    void Normalize(Span<long> scores);
}
