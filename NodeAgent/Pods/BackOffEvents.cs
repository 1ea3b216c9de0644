using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Pods;

/// <summary>Says <c>BackOff</c> once for each wait, as kubelet does: before a restart, and before another try to pull.</summary>
internal sealed class BackOffEvents(IPodEvents events)
{
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);

    public void Tell(PodSnapshot snapshot)
    {
        foreach (var (container, isInit) in snapshot.Pod.InitContainers().Select(static container => (container, true))
            .Concat(snapshot.Pod.Spec.Containers.Select(static container => (container, false))))
        {
            if (snapshot.Failures.GetValueOrDefault(container.Name) is { BackOffReason.Length: > 0 } failure && failure.IsShownAsBackOff(snapshot.Now))
            {
                if (_said.Add($"{container.Name} {failure.At.Ticks}"))
                {
                    events.Normal(snapshot.Pod, "BackOff", $"Back-off pulling image \"{container.Image}\"", container.Name, isInit);
                }
            }
            else if (snapshot.Runtime.Latest(container.Name) is { Phase: ContainerPhase.Exited } ended
                && snapshot.IsBackingOff(container, ended, isInit) && _said.Add(ended.Id))
            {
                events.Warning(
                    snapshot.Pod, "BackOff", $"Back-off restarting failed container {container.Name} in pod {snapshot.Pod.Identity()}", container.Name,
                    isInit);
            }
        }
    }
}
