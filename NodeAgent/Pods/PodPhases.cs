using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Pods;

/// <summary>The phase of a pod, see <see href="https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#pod-phase">Pod phase</see>.</summary>
internal static class PodPhases
{
    public const string Pending = "Pending";
    public const string Running = "Running";
    public const string Succeeded = "Succeeded";
    public const string Failed = "Failed";

    public static bool IsTerminal(string phase) => phase is Succeeded or Failed;

    public static string Of(PodSnapshot snapshot)
    {
        if (snapshot.Pod.Status?.Phase is { } stored && IsTerminal(stored))
        {
            return stored;
        }

        if (snapshot.Rejection is not null || snapshot.IsDeadlineExceeded || snapshot.IsInitFailed())
        {
            return Failed;
        }

        var (waiting, running, stopped, succeeded) = (0, 0, 0, 0);
        foreach (var container in snapshot.Pod.Spec.Containers)
        {
            switch (snapshot.Runtime.Latest(container.Name))
            {
                case { Phase: ContainerPhase.Running }:
                    running++;
                    break;
                case { Phase: ContainerPhase.Exited, ExitCode: 0 }:
                    stopped++;
                    succeeded++;
                    break;
                case { Phase: ContainerPhase.Exited }:
                    stopped++;
                    break;
                default:
                    waiting++;
                    break;
            }
        }

        if (waiting > 0)
        {
            return Pending;
        }

        if (running > 0)
        {
            return Running;
        }

        var sidecarsRun = snapshot.Pod.InitContainers().Any(container => snapshot.Runtime.Latest(container.Name)?.Phase == ContainerPhase.Running);
        return snapshot.RestartPolicy switch
        {
            _ when snapshot.IsEnding && stopped == succeeded => Succeeded,
            _ when snapshot.IsEnding => Failed,
            _ when sidecarsRun => Running,
            "Always" => Running,
            _ when stopped == succeeded => Succeeded,
            "Never" => Failed,
            _ => Running,
        };
    }
}
