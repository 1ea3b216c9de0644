using System.Text;
using BenchmarkDotNet.Attributes;
using Crescent.Grains.Scheduling;
using Crescent.Grains.Scheduling.Plugins;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Benchmarks.Scheduling;

/// <summary>Decisions per second without a cluster around: reading the pod, queueing, placing, assuming.</summary>
[MemoryDiagnoser]
public class PlacementBenchmark
{
    private const int Pods = 1000;
    private ResourceSnapshot[] _nodes = [];
    private ResourceSnapshot[] _pods = [];
    private Scheduler _scheduler = null!;

    [Params(100, 5000)]
    public int Nodes { get; set; }

    [GlobalSetup]
    public void Create()
    {
        _nodes = [.. Enumerable.Range(0, Nodes).Select(static index => Snapshot(
            KnownTypes.Nodes, "", $"n{index}", """{"status":{"allocatable":{"cpu":"32","memory":"256Gi","pods":"110"}}}"""))];
        _pods = [.. Enumerable.Range(0, Pods).Select(static index => Snapshot(
            KnownTypes.Pods, "default", $"p{index}",
            """{"spec":{"containers":[{"name":"c","image":"app","resources":{"requests":{"cpu":"100m","memory":"64Mi"}}}]}}"""))];
    }

    [IterationSetup]
    public void Fill()
    {
        _scheduler = new(SchedulerNames.Default, DefaultProfile.Create(), new());
        _scheduler.ResetNodes(_nodes, DateTimeOffset.UnixEpoch);
    }

    [Benchmark(OperationsPerInvoke = Pods)]
    public int Place()
    {
        _scheduler.ResetPods(_pods, DateTimeOffset.UnixEpoch);
        var placed = 0;
        while (_scheduler.TryScheduleNext(DateTimeOffset.UnixEpoch) is not null)
        {
            placed++;
        }

        return placed;
    }

    private static ResourceSnapshot Snapshot(ResourceType type, string ns, string name, string body) => new()
    {
        Key = new(type, ns, name), Uid = $"{ns}-{name}", Version = new(1), Body = Encoding.UTF8.GetBytes(body), ControllerUid = "rs",
    };
}
