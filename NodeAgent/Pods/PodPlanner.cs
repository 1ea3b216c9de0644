using System.Collections.Immutable;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Pods;

/// <summary>
/// Decides what a pod needs next, from what is asked for and what runs. Pure; planning twice from the same snapshot gives the same plan,
/// and an action whose key is in flight is not planned again.
/// </summary>
internal static class PodPlanner
{
    public static PodPlan Plan(PodSnapshot snapshot)
    {
        var draft = new Draft(snapshot);
        if (snapshot.IsEnding)
        {
            PlanEnding(draft);
        }
        else if (snapshot.UndecidedUntil is { } decision)
        {
            draft.Wake(decision);
        }
        else if (snapshot.IsOver() || snapshot.IsDeadlineExceeded || snapshot.IsFinished())
        {
            PlanFinished(draft);
        }
        else if (PlanSandbox(draft))
        {
            PlanEphemeral(draft);
            PlanContainers(draft);
            DropOldInstances(draft);
        }

        if (!snapshot.IsEnding && snapshot.Pod.Spec.ActiveDeadlineSeconds is { } seconds && !snapshot.IsDeadlineExceeded)
        {
            draft.Wake(snapshot.StartTime + TimeSpan.FromSeconds(seconds));
        }

        return draft.ToPlan();
    }

    private static void PlanEnding(Draft draft)
    {
        var snapshot = draft.Snapshot;
        KillAll(draft, snapshot.Grace());
        if (snapshot.Runtime.HasRunning || snapshot.InFlight.Count > 0)
        {
            return;
        }

        draft.IsEnded = true;
        if (snapshot.IsRemoved)
        {
            draft.Add(new PodAction.CleanUp());
        }
    }

    /// <summary>A finished pod keeps its dead containers, for their logs, until it is deleted.</summary>
    private static void PlanFinished(Draft draft)
    {
        var snapshot = draft.Snapshot;
        KillAll(draft, snapshot.Grace());
        if (!snapshot.Runtime.HasRunning && snapshot.InFlight.Count == 0)
        {
            foreach (var sandbox in snapshot.Runtime.Sandboxes)
            {
                draft.Add(new PodAction.RemoveSandbox(sandbox.Id));
            }
        }
    }

    /// <summary>True when there is a running sandbox to put containers into.</summary>
    private static bool PlanSandbox(Draft draft)
    {
        var snapshot = draft.Snapshot;
        var sandbox = snapshot.Runtime.Sandbox;
        foreach (var old in snapshot.Runtime.Sandboxes.Where(other => other.Id != sandbox?.Id))
        {
            draft.Add(new PodAction.RemoveSandbox(old.Id));
        }

        if (sandbox is { IsRunning: true })
        {
            foreach (var stray in snapshot.Runtime.Containers.Where(
                         container => container.Phase == ContainerPhase.Running && container.SandboxId != sandbox.Id))
            {
                draft.Kill(stray, "Pod sandbox changed, it will be killed and re-created.", snapshot.Grace());
            }

            return true;
        }

        // Containers of a dead sandbox have lost their network.
        KillAll(draft, snapshot.Grace(), "Pod sandbox changed, it will be killed and re-created.");
        if (!snapshot.Runtime.HasRunning && !snapshot.InFlight.Keys.Any(static key => key.StartsWith(PodAction.StartPrefix, StringComparison.Ordinal)) &&
            !draft.IsWaiting(PodSnapshot.SandboxName))
        {
            draft.Add(new PodAction.CreateSandbox(sandbox is null ? 0 : sandbox.Attempt + 1));
        }

        return false;
    }

    /// <summary>They wait for nothing but their target, and are never started twice.</summary>
    private static void PlanEphemeral(Draft draft)
    {
        var snapshot = draft.Snapshot;
        foreach (var container in snapshot.Pod.EphemeralContainers())
        {
            var target = snapshot.Pod.TargetOf(container.Name);
            if (snapshot.Runtime.Latest(container.Name) is null or { Phase: ContainerPhase.Created }
                && (target.Length == 0 || snapshot.InSandbox(target) is { Phase: ContainerPhase.Running }))
            {
                draft.Start(container.Name, ContainerKind.Ephemeral, 0, 0);
            }
        }
    }

    private static void PlanContainers(Draft draft)
    {
        var snapshot = draft.Snapshot;
        var initialized = snapshot.IsInitialized();
        foreach (var container in snapshot.Pod.InitContainers())
        {
            if (container.IsSidecar())
            {
                PlanContainer(draft, container, ContainerKind.Init, static (_, _) => true);
            }
            else if (!initialized && !snapshot.IsInitDone(container))
            {
                PlanContainer(draft, container, ContainerKind.Init, static (plan, ended) => ended.ExitCode != 0 && plan.RestartPolicy != "Never");
            }

            if (!initialized && !snapshot.IsInitDone(container))
            {
                return;
            }
        }

        foreach (var container in snapshot.Pod.Spec.Containers)
        {
            PlanContainer(draft, container, ContainerKind.Main, static (plan, ended) => plan.Restarts(ended));
        }
    }

    private static void PlanContainer(Draft draft, V1Container container, ContainerKind kind, Func<PodSnapshot, ContainerStatus, bool> restarts)
    {
        var snapshot = draft.Snapshot;
        var latest = snapshot.Runtime.Latest(container.Name);
        switch (latest?.Phase)
        {
            case ContainerPhase.Running when latest.SandboxId == snapshot.Runtime.Sandbox?.Id:
                PlanRunning(draft, container, latest);
                break;

            case ContainerPhase.Running:
                break;

            case ContainerPhase.Exited when latest.SandboxId != snapshot.Runtime.Sandbox?.Id && (kind == ContainerKind.Init || restarts(snapshot, latest)):
                draft.Start(container.Name, kind, latest.Attempt + 1, snapshot.NextRestartDelay(latest));
                break;

            case ContainerPhase.Exited when restarts(snapshot, latest):
                var at = snapshot.RestartAt(latest);
                if (at > snapshot.Now)
                {
                    draft.Wake(at);
                }
                else
                {
                    draft.Start(container.Name, kind, latest.Attempt + 1, snapshot.NextRestartDelay(latest));
                }

                break;

            case ContainerPhase.Exited:
                break;

            case ContainerPhase.Created:
                // The agent was cut off before it started this one.
                draft.Start(container.Name, kind, latest.Attempt, latest.RestartDelaySeconds);
                break;

            default:
                draft.Start(container.Name, kind, 0, 0);
                break;
        }
    }

    private static void PlanRunning(Draft draft, V1Container container, ContainerStatus running)
    {
        var snapshot = draft.Snapshot;
        if (running.Image.Length > 0 && running.Image != container.Image)
        {
            draft.Kill(running, $"Container {container.Name} definition changed, will be restarted", snapshot.Grace());
        }
        else if (snapshot.ResizeOf(container, running) is { } size)
        {
            if (PodResizing.Restarts(container, running, size))
            {
                draft.Kill(running, $"Container {container.Name} resize requires restart", snapshot.Grace());
            }
            else if (!draft.IsWaiting(PodResizing.FailureOf(container.Name)))
            {
                draft.Add(new PodAction.ResizeContainer(running, size));
            }
        }
        else if (snapshot.Probes.GetValueOrDefault(running.Id) is { FailedProbe.Length: > 0 } outcome)
        {
            draft.Kill(running, $"Container {container.Name} failed {outcome.FailedProbe} probe, will be restarted", outcome.GraceSeconds ?? snapshot.Grace());
        }
    }

    /// <summary>Logs of the newest two instances can be asked for; older ones go.</summary>
    private static void DropOldInstances(Draft draft)
    {
        foreach (var instances in draft.Snapshot.Runtime.Containers.GroupBy(static container => container.Name, StringComparer.Ordinal))
        {
            foreach (var old in instances.OrderByDescending(static container => container.Attempt).Skip(2))
            {
                draft.Add(new PodAction.RemoveContainer(old.Id));
            }
        }
    }

    private static void KillAll(Draft draft, long grace, string? reason = null)
    {
        foreach (var running in draft.Snapshot.Runtime.Containers.Where(static container => container.Phase == ContainerPhase.Running))
        {
            draft.Kill(running, reason ?? $"Stopping container {running.Name}", grace);
        }
    }

    private sealed class Draft(PodSnapshot snapshot)
    {
        private readonly ImmutableArray<PodAction>.Builder _actions = ImmutableArray.CreateBuilder<PodAction>();
        private DateTimeOffset? _wakeAt;

        public PodSnapshot Snapshot => snapshot;

        public bool IsEnded { get; set; }

        public void Add(PodAction action)
        {
            if (!snapshot.InFlight.ContainsKey(action.Key))
            {
                _actions.Add(action);
            }
        }

        public void Start(string name, ContainerKind kind, int attempt, int restartDelay)
        {
            if (!IsWaiting(name))
            {
                Add(new PodAction.StartContainer(name, kind, attempt, restartDelay));
            }
        }

        /// <summary>A kill in flight is repeated only to make it shorter.</summary>
        public void Kill(ContainerStatus container, string reason, long grace)
        {
            var action = new PodAction.KillContainer(container, reason, grace);
            if (!snapshot.InFlight.TryGetValue(action.Key, out var running) || running > grace)
            {
                _actions.Add(action);
            }
        }

        public bool IsWaiting(string name)
        {
            if (snapshot.Failures.GetValueOrDefault(name) is not { } failure)
            {
                return false;
            }

            if (failure.BackOffReason.Length > 0 && !failure.IsShownAsBackOff(snapshot.Now))
            {
                Wake(failure.At + StartFailure.ErrorShown);
            }

            if (failure.RetryAt <= snapshot.Now)
            {
                return false;
            }

            Wake(failure.RetryAt);
            return true;
        }

        public void Wake(DateTimeOffset at) => _wakeAt = _wakeAt is { } other && other < at ? other : at;

        public PodPlan ToPlan() => new() { Actions = _actions.ToImmutable(), WakeAt = _wakeAt, IsEnded = IsEnded };
    }
}
