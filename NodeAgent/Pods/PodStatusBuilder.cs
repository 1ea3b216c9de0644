using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>Writes the status of a pod as kubelet does. Pure.</summary>
internal static class PodStatusBuilder
{
    /// <param name="snapshot">The pod.</param>
    /// <param name="conditions">Times of conditions that did not change are taken from here, and new ones are noted.</param>
    public static JsonObject Build(PodSnapshot snapshot, ConditionTimes conditions)
    {
        var phase = PodPhases.Of(snapshot);
        var status = new JsonObject { ["phase"] = phase, ["conditions"] = Conditions(snapshot, phase, conditions) };
        if (snapshot.IsDeadlineExceeded && phase == PodPhases.Failed)
        {
            status["reason"] = "DeadlineExceeded";
            status["message"] = "Pod was active on the node longer than the specified deadline";
        }
        else if (snapshot.Rejection is { } rejection)
        {
            status["reason"] = rejection.Reason;
            status["message"] = $"Pod was rejected: {rejection.Message}";
        }
        else if (snapshot.Pod.Status is { Reason.Length: > 0 } stored)
        {
            status["reason"] = stored.Reason;
            if (stored.Message is { Length: > 0 })
            {
                status["message"] = stored.Message;
            }
        }

        if (snapshot.HostAddress.Length > 0)
        {
            status["hostIP"] = snapshot.HostAddress;
            status["hostIPs"] = new JsonArray(new JsonObject { ["ip"] = snapshot.HostAddress });
        }

        var address = AddressOf(snapshot);
        if (address.Length > 0)
        {
            status["podIP"] = address;
            status["podIPs"] = new JsonArray(new JsonObject { ["ip"] = address });
        }

        status["startTime"] = Time(snapshot.StartTime);
        if (snapshot.Pod.Spec.InitContainers is { Count: > 0 } init)
        {
            status["initContainerStatuses"] = new JsonArray([.. init.Select(container => Container(snapshot, container, isInit: true))]);
        }

        status["containerStatuses"] = new JsonArray([.. snapshot.Pod.Spec.Containers.Select(container => Container(snapshot, container, isInit: false))]);
        if (snapshot.Pod.Spec.EphemeralContainers is { Count: > 0 })
        {
            status["ephemeralContainerStatuses"] = new JsonArray([.. snapshot.Pod.EphemeralContainers().Select(container => Ephemeral(snapshot, container))]);
        }

        status["qosClass"] = QosClass.Of(snapshot.Pod);
        return status;
    }

    public static string AddressOf(PodSnapshot snapshot) =>
        snapshot.Pod.Spec.HostNetwork == true ? snapshot.Runtime.Sandbox is null && snapshot.LastAddress.Length == 0 ? "" : snapshot.HostAddress
        : snapshot.Runtime.Sandbox is { Address.Length: > 0 } sandbox ? sandbox.Address
        : snapshot.LastAddress;

    private static JsonArray Conditions(PodSnapshot snapshot, string phase, ConditionTimes times)
    {
        var isTerminal = PodPhases.IsTerminal(phase);
        var hasSandbox = snapshot.Runtime.Sandbox is { IsRunning: true };
        var initialized = snapshot.IsInitialized() || phase == PodPhases.Succeeded;
        var unready = snapshot.Pod.Spec.Containers
            .Where(container => !snapshot.IsReady(container, snapshot.Runtime.Latest(container.Name)))
            .Select(static container => container.Name)
            .ToList();
        var (reason, message) = phase switch
        {
            PodPhases.Succeeded => ("PodCompleted", ""),
            PodPhases.Failed => ("PodFailed", ""),
            _ => ("ContainersNotReady", $"containers with unready status: [{string.Join(' ', unready)}]"),
        };
        var containersReady = unready.Count == 0 && !isTerminal;
        var gates = snapshot.Pod.Spec.ReadinessGates ?? [];
        var openGates = gates
            .Where(gate => snapshot.Pod.Status?.Conditions?.Any(condition => condition.Type == gate.ConditionType && condition.Status == "True") != true)
            .Select(static gate => gate.ConditionType)
            .ToList();
        var notInitialized = snapshot.Pod.InitContainers().Where(container => !snapshot.IsInitDone(container)).Select(static container => container.Name);

        var list = new JsonArray(
            Condition("PodReadyToStartContainers", hasSandbox),
            initialized
                ? Condition("Initialized", true, phase == PodPhases.Succeeded ? "PodCompleted" : "")
                : Condition("Initialized", false, "ContainersNotInitialized", $"containers with incomplete status: [{string.Join(' ', notInitialized)}]"),
            containersReady && openGates.Count > 0
                ? Condition("Ready", false, "ReadinessGatesNotReady", string.Join(", ", openGates.Select(static gate => $"corresponding condition of pod readiness gate \"{gate}\" does not exist.")))
                : Condition("Ready", containersReady, containersReady ? "" : reason, containersReady ? "" : message),
            Condition("ContainersReady", containersReady, containersReady ? "" : reason, containersReady ? "" : message));

        foreach (var (type, why, text) in PodResizing.Conditions(snapshot))
        {
            list.Add(Condition(type, true, why, text));
        }

        return list;

        JsonObject Condition(string type, bool holds, string why = "", string text = "")
        {
            var status = holds ? "True" : "False";
            var condition = new JsonObject
            {
                ["type"] = type,
                ["status"] = status,
                ["lastProbeTime"] = null,
                ["lastTransitionTime"] = Time(times.Note(type, status, snapshot.Now)),
            };
            if (why.Length > 0)
            {
                condition["reason"] = why;
            }

            if (text.Length > 0)
            {
                condition["message"] = text;
            }

            return condition;
        }
    }

    private static JsonObject Container(PodSnapshot snapshot, V1Container container, bool isInit)
    {
        var latest = snapshot.Runtime.Latest(container.Name);
        var previous = snapshot.Runtime.Previous(container.Name);
        var failure = snapshot.Failures.GetValueOrDefault(container.Name);
        JsonObject state;
        JsonObject? lastState = previous is { Phase: ContainerPhase.Exited } ? Terminated(snapshot, previous) : null;
        switch (latest?.Phase)
        {
            case ContainerPhase.Running:
                state = new JsonObject { ["running"] = new JsonObject { ["startedAt"] = Time(latest.StartedAt) } };
                break;
            case ContainerPhase.Exited when failure is not null && !snapshot.IsEnding:
                state = Waiting(snapshot, failure);
                lastState = Terminated(snapshot, latest);
                break;
            case ContainerPhase.Exited when snapshot.IsBackingOff(container, latest, isInit):
                state = Waiting(
                    "CrashLoopBackOff",
                    $"back-off {GoDuration(latest.RestartDelaySeconds)} restarting failed container={container.Name} pod={snapshot.Pod.Identity()}");
                lastState = Terminated(snapshot, latest);
                break;
            case ContainerPhase.Exited:
                state = Terminated(snapshot, latest);
                break;
            default:
                state = failure is not null
                    ? Waiting(snapshot, failure)
                    : Waiting(!isInit && !snapshot.IsInitialized() || isInit && snapshot.Pod.Spec.InitContainers?.Count > 0 ? "PodInitializing" : "ContainerCreating", "");
                break;
        }

        var status = new JsonObject
        {
            ["name"] = container.Name,
            ["state"] = state,
            ["lastState"] = lastState ?? new JsonObject(),
            ["ready"] = isInit && !container.IsSidecar()
                ? latest is { Phase: ContainerPhase.Exited, ExitCode: 0 }
                : snapshot.IsReady(container, latest),
            ["restartCount"] = latest?.Attempt ?? 0,
            ["image"] = container.Image,
            ["imageID"] = latest?.ImageId ?? "",
        };
        if (latest is not null && latest.Phase != ContainerPhase.Created)
        {
            status["containerID"] = $"{snapshot.Scheme}://{latest.Id}";
        }

        PodResizing.Describe(status, snapshot, container, latest);
        status["started"] = isInit && !container.IsSidecar() ? latest?.Phase == ContainerPhase.Running : snapshot.IsStarted(container, latest);
        return status;
    }

    /// <summary>Nothing waits for an ephemeral container, so it is neither ready nor started.</summary>
    private static JsonObject Ephemeral(PodSnapshot snapshot, V1Container container)
    {
        var latest = snapshot.Runtime.Latest(container.Name);
        JsonObject status;
        if (latest?.Phase == ContainerPhase.Exited)
        {
            status = new JsonObject
            {
                ["name"] = container.Name, ["state"] = Terminated(snapshot, latest), ["lastState"] = new JsonObject(), ["restartCount"] = 0,
                ["image"] = container.Image, ["imageID"] = latest.ImageId, ["containerID"] = $"{snapshot.Scheme}://{latest.Id}",
            };
        }
        else
        {
            status = Container(snapshot, container, isInit: false);
            status.Remove("started");
        }

        status["ready"] = false;
        return status;
    }

    private static JsonObject Waiting(PodSnapshot snapshot, StartFailure failure) => failure.IsShownAsBackOff(snapshot.Now)
        ? Waiting(failure.BackOffReason, failure.BackOffMessage)
        : Waiting(failure.Reason, failure.Message);

    private static JsonObject Waiting(string reason, string message)
    {
        var waiting = new JsonObject { ["reason"] = reason };
        if (message.Length > 0)
        {
            waiting["message"] = message;
        }

        return new JsonObject { ["waiting"] = waiting };
    }

    private static JsonObject Terminated(PodSnapshot snapshot, ContainerStatus ended)
    {
        var terminated = new JsonObject { ["exitCode"] = ended.ExitCode };
        if (ended.Reason.Length > 0)
        {
            terminated["reason"] = ended.Reason;
        }

        var message = ended.Message.Length > 0 ? ended.Message : snapshot.TerminationMessages.GetValueOrDefault(ended.Id, "");
        if (message.Length > 0)
        {
            terminated["message"] = message;
        }

        terminated["startedAt"] = Time(ended.StartedAt == default ? DateTimeOffset.UnixEpoch : ended.StartedAt);
        terminated["finishedAt"] = Time(ended.FinishedAt);
        terminated["containerID"] = $"{snapshot.Scheme}://{ended.Id}";
        return new JsonObject { ["terminated"] = terminated };
    }

    private static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);

    /// <summary>As Go prints a duration: <c>10s</c>, <c>1m20s</c>, <c>5m0s</c>.</summary>
    private static string GoDuration(int seconds) => seconds < 60
        ? string.Create(CultureInfo.InvariantCulture, $"{seconds}s")
        : string.Create(CultureInfo.InvariantCulture, $"{seconds / 60}m{seconds % 60}s");
}
