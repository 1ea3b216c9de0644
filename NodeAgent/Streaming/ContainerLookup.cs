using Crescent.NodeAgent.Assignments;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Streaming;

/// <summary>Finds the instance of a container that a request is about.</summary>
internal static class ContainerLookup
{
    public static ContainerStatus? Find(
        AssignmentState assignments, RuntimeState state, string podNamespace, string podName, string container, bool previous, out LookupProblem problem)
    {
        problem = default;
        if (assignments.Find(podNamespace, podName) is not { } pod)
        {
            problem = new(404, $"pod \"{podName}\" not found");
            return null;
        }

        if (pod.Pod.FindContainer(container) is null)
        {
            problem = new(400, $"container \"{container}\" in pod \"{podName}\" is not available");
            return null;
        }

        var runtime = state.Of(pod.Uid);
        var latest = runtime.Latest(container);
        if (previous)
        {
            // While a container waits for its restart, the instance that just ended is the one before the next.
            var before = latest is { Phase: ContainerPhase.Exited } && runtime.Previous(container) is null && latest.Attempt == 0 ? null : runtime.Previous(container);
            if (before is null)
            {
                problem = new(400, $"previous terminated container \"{container}\" in pod \"{podName}\" not found");
            }

            return before;
        }

        if (latest is null or { Phase: ContainerPhase.Created })
        {
            var before = runtime.Previous(container);
            if (before is null)
            {
                problem = new(400, $"container \"{container}\" in pod \"{podName}\" is waiting to start: ContainerCreating");
            }

            return before;
        }

        return latest;
    }
}
