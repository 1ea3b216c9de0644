using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Probes;

/// <summary>
/// The probes of one running container: the startup probe first, then liveness and readiness side by side. See
/// <see href="https://kubernetes.io/docs/concepts/configuration/liveness-readiness-startup-probes/">probes</see>.
/// </summary>
internal sealed class ContainerProbes(Prober prober, IPodEvents events, TimeProvider time, Action<ProbeOutcome> changed)
{
    private readonly Lock _gate = new();
    private ProbeOutcome _outcome = ProbeOutcome.Unknown;

    public required V1Pod Pod { get; init; }

    public required V1Container Container { get; init; }

    public required ContainerStatus Status { get; init; }

    public required string PodAddress { get; init; }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            if (Container.StartupProbe is { } startup)
            {
                await LoopAsync(startup, "Startup", OnStartup, cancellationToken);
                if (_outcome.FailedProbe.Length > 0)
                {
                    return;
                }
            }

            await Task.WhenAll(
                Container.LivenessProbe is { } liveness ? LoopAsync(liveness, "Liveness", OnLiveness, cancellationToken) : Task.CompletedTask,
                Container.ReadinessProbe is { } readiness ? LoopAsync(readiness, "Readiness", OnReadiness, cancellationToken) : Task.CompletedTask);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The container ended, or the agent does.
            return;
        }
    }

    /// <summary>Probes until <paramref name="decide"/> says that there is nothing more to find out.</summary>
    private async Task LoopAsync(V1Probe probe, string kind, Func<V1Probe, bool, bool> decide, CancellationToken cancellationToken)
    {
        var period = TimeSpan.FromSeconds(probe.PeriodSeconds is > 0 and { } seconds ? seconds : 10);
        var delay = Status.StartedAt + TimeSpan.FromSeconds(probe.InitialDelaySeconds ?? 0) - time.GetUtcNow();
        if (delay > TimeSpan.Zero)
        {
            await Task.Delay(delay, time, cancellationToken);
        }

        var (successes, failures) = (0, 0);
        while (true)
        {
            var result = await prober.ProbeAsync(probe, Container, Status.Id, PodAddress, cancellationToken);
            if (result.IsSuccess)
            {
                (successes, failures) = (successes + 1, 0);
            }
            else
            {
                (successes, failures) = (0, failures + 1);
                events.Warning(Pod, "Unhealthy", $"{kind} probe failed: {result.Message}", Container.Name, Status.Kind == ContainerKind.Init);
            }

            var isOver = successes >= (probe.SuccessThreshold ?? 1) ? decide(probe, true)
                : failures >= (probe.FailureThreshold ?? 3) && decide(probe, false);
            if (isOver)
            {
                return;
            }

            await Task.Delay(period, time, cancellationToken);
        }
    }

    private bool OnStartup(V1Probe probe, bool isSuccess)
    {
        Set(isSuccess
            ? outcome => outcome with { IsStarted = true }
            : outcome => outcome with { FailedProbe = "startup", GraceSeconds = probe.TerminationGracePeriodSeconds });
        return true;
    }

    private bool OnLiveness(V1Probe probe, bool isSuccess)
    {
        if (!isSuccess)
        {
            Set(outcome => outcome with { FailedProbe = "liveness", GraceSeconds = probe.TerminationGracePeriodSeconds });
        }

        return !isSuccess;
    }

    private bool OnReadiness(V1Probe probe, bool isSuccess)
    {
        Set(outcome => outcome with { IsReady = isSuccess });
        return false;
    }

    private void Set(Func<ProbeOutcome, ProbeOutcome> change)
    {
        lock (_gate)
        {
            var next = change(_outcome);
            if (next == _outcome)
            {
                return;
            }

            _outcome = next;
            changed(next);
        }
    }
}
