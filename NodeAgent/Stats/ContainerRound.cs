using Crescent.NodeAgent.Runtimes;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>One running container and what it uses.</summary>
public sealed class ContainerRound
{
    internal ContainerRound(ContainerStatus status, UsageSample usage)
    {
        (Namespace, Pod, PodUid, Container, Id, Image) = (status.Pod.Namespace, status.Pod.Name, status.Pod.Uid, status.Name, status.Id, status.Image);
        StartedAt = status.StartedAt;
        Usage = usage;
    }

    public string Namespace { get; }

    public string Pod { get; }

    public string PodUid { get; }

    public string Container { get; }

    /// <summary>The engine's id.</summary>
    public string Id { get; }

    public string Image { get; }

    public DateTimeOffset StartedAt { get; }

    public UsageSample Usage { get; }
}
