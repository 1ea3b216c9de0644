using Crescent.NodeAgent.Events;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Runtimes;
using k8s.Models;

namespace Crescent.NodeAgent.Probes;

/// <summary>Keeps the probes of one pod's running containers going. Called from the pod's loop only; results are posted back to it.</summary>
internal sealed class ProbeRunner(Prober prober, IPodEvents events, TimeProvider time, Action<string, ProbeOutcome> changed) : IDisposable
{
    private readonly Dictionary<string, CancellationTokenSource> _running = new(StringComparer.Ordinal);

    /// <summary>Starts probes of containers that came, stops those of containers that went.</summary>
    public void Sync(V1Pod pod, PodRuntime runtime, string podAddress)
    {
        var alive = runtime.Containers.Where(static container => container.Phase == ContainerPhase.Running).ToDictionary(static container => container.Id, StringComparer.Ordinal);
        foreach (var gone in _running.Keys.Where(id => !alive.ContainsKey(id)).ToList())
        {
            Stop(gone);
        }

        foreach (var (id, status) in alive)
        {
            if (_running.ContainsKey(id) || pod.FindContainer(status.Name) is not { } container ||
                (container.StartupProbe is null && container.LivenessProbe is null && container.ReadinessProbe is null))
            {
                continue;
            }

            var stop = new CancellationTokenSource();
            _running[id] = stop;
            var probes = new ContainerProbes(prober, events, time, outcome => changed(id, outcome))
            {
                Pod = pod,
                Container = container,
                Status = status,
                PodAddress = podAddress,
            };
            _ = probes.RunAsync(stop.Token);
        }
    }

    public void StopAll()
    {
        foreach (var id in _running.Keys.ToList())
        {
            Stop(id);
        }
    }

    public void Dispose() => StopAll();

    private void Stop(string id)
    {
        if (_running.Remove(id, out var stop))
        {
            stop.Cancel();
            stop.Dispose();
        }
    }
}
