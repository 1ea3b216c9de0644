using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;

namespace Crescent.Benchmarks.Load;

/// <summary>
/// Nodes that exist for the API alone: each is registered as Ready, follows the pods bound to it with a watch of its own, reports them
/// Running at once and lets them go at once when they are deleted.
/// </summary>
internal sealed class HollowCluster : IAsyncDisposable
{
    private const int Reports = 64;
    private const string Leases = "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases";

    private readonly ScenarioContext _context;
    private readonly string[] _names;
    private readonly string _started;
    private readonly CancellationTokenSource _stop = new();
    private readonly SemaphoreSlim _slots = new(Reports);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Phase> _pods = new(StringComparer.Ordinal);
    private readonly int[] _counts = new int[Enum.GetValues<Phase>().Length];
    private Task[] _kubelets = [];
    private TaskCompletionSource _arrived = new();
    private (Phase Phase, int Count) _awaited;

    private HollowCluster(ScenarioContext context, int nodes)
    {
        _context = context;
        _started = Now();
        _names = [.. Enumerable.Range(0, nodes).Select(static i => $"hollow-{i:D3}")];
    }

    /// <summary>How far a pod has come, as its node knows.</summary>
    public enum Phase
    {
        Bound,
        Running,
        Gone,
    }

    public static async Task<HollowCluster> StartAsync(ScenarioContext context, int nodes, CancellationToken cancellationToken)
    {
        var cluster = new HollowCluster(context, nodes);
        await Parallel.ForEachAsync(cluster._names, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancellationToken }, async (name, token) =>
            await cluster.RegisterAsync(name, token));
        await cluster.WaitUntilSchedulableAsync(cancellationToken);
        var pods = await context.Client.GetAsync($"{context.Pods}?limit=1", cancellationToken);
        var from = ApiClient.VersionOf(pods);
        cluster._kubelets =
        [
            Task.Run(cluster.BeatAsync, CancellationToken.None),
            .. cluster._names.Select(name => Task.Run(() => cluster.FollowAsync(name, from), CancellationToken.None)),
        ];
        return cluster;
    }

    /// <summary>Completes when <paramref name="count"/> pods have come at least as far as <paramref name="phase"/> since the last <see cref="Forget"/>.</summary>
    public async Task WaitAsync(Phase phase, int count, CancellationToken cancellationToken)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        patience.CancelAfter(TimeSpan.FromMinutes(2));
        Task arrived;
        lock (_lock)
        {
            if (_counts[(int)phase] >= count)
            {
                return;
            }

            _awaited = (phase, count);
            _arrived = new(TaskCreationOptions.RunContinuationsAsynchronously);
            arrived = _arrived.Task;
        }

        await arrived.WaitAsync(patience.Token);
    }

    /// <summary>Begins to count anew.</summary>
    public void Forget()
    {
        lock (_lock)
        {
            _pods.Clear();
            Array.Clear(_counts);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await Task.WhenAll(_kubelets);
        await Parallel.ForEachAsync(_names, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (name, token) =>
        {
            await _context.Client.DeleteAsync($"/api/v1/nodes/{name}", token);
            await _context.Client.DeleteAsync($"{Leases}/{name}", token);
        });
        _stop.Dispose();
        _slots.Dispose();
    }

    /// <summary>Renews the Leases of all nodes in turn, each every ten seconds as kubelets do.</summary>
    private async Task BeatAsync()
    {
        try
        {
            using var ticks = new PeriodicTimer(TimeSpan.FromSeconds(10) / _names.Length, _context.Time);
            for (var i = 0; await ticks.WaitForNextTickAsync(_stop.Token); i = (i + 1) % _names.Length)
            {
                await _context.Client.SendAsync(
                    HttpMethod.Patch, $"{Leases}/{_names[i]}", Encoding.UTF8.GetBytes($$$"""{"spec":{"renewTime":"{{{RenewTime()}}}"}}"""),
                    "application/merge-patch+json", _stop.Token);
            }
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private string Ready() =>
        $$"""{"type":"Ready","status":"True","reason":"KubeletReady","message":"hollow","lastHeartbeatTime":"{{Now()}}","lastTransitionTime":"{{_started}}"}""";

    private Task PostStatusAsync(string name, string status, CancellationToken cancellationToken) => _context.Client.SendAsync(
        HttpMethod.Patch, $"/api/v1/nodes/{name}/status", Encoding.UTF8.GetBytes($$"""{"status":{{status}} }"""), "application/strategic-merge-patch+json",
        cancellationToken);

    private async Task RegisterAsync(string name, CancellationToken cancellationToken)
    {
        const string resources = """{"cpu":"32","memory":"64Gi","ephemeral-storage":"100Gi","pods":"110"}""";
        var status = $$"""{"capacity":{{resources}},"allocatable":{{resources}},"conditions":[{{Ready()}}]}""";
        await _context.Client.SendAsync(
            HttpMethod.Post, "/api/v1/nodes",
            Encoding.UTF8.GetBytes($$$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{{name}}}","labels":{"hollow":"yes","kubernetes.io/hostname":"{{{name}}}"}},"status":{{{status}}}}"""),
            "application/json", cancellationToken, HttpStatusCode.Conflict);
        await PostStatusAsync(name, status, cancellationToken);
        await _context.Client.SendAsync(
            HttpMethod.Post, Leases,
            Encoding.UTF8.GetBytes($$$"""{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"{{{name}}}","namespace":"kube-node-lease"},"spec":{"holderIdentity":"{{{name}}}","leaseDurationSeconds":40,"renewTime":"{{{RenewTime()}}}"}}"""),
            "application/json", cancellationToken, HttpStatusCode.Conflict);
    }

    /// <summary>New nodes are tainted until the control plane has seen them Ready.</summary>
    private async Task WaitUntilSchedulableAsync(CancellationToken cancellationToken)
    {
        for (var tainted = true; tainted;)
        {
            using var nodes = JsonDocument.Parse(await _context.Client.GetAsync("/api/v1/nodes", cancellationToken));
            tainted = nodes.RootElement.GetProperty("items").EnumerateArray().Any(node =>
                node.GetProperty("metadata").GetProperty("name").GetString()!.StartsWith("hollow-", StringComparison.Ordinal)
                && node.TryGetProperty("spec", out var spec) && spec.TryGetProperty("taints", out var taints) && taints.GetArrayLength() > 0);
            if (tainted)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(200), _context.Time, cancellationToken);
            }
        }
    }

    private async Task FollowAsync(string node, string from)
    {
        try
        {
            await _context.Client.WatchAsync(
                $"/api/v1/pods?watch=true&resourceVersion={from}&fieldSelector=spec.nodeName%3D{node}", static () => { }, Consider, _stop.Token);
        }
        catch (OperationCanceledException) when (_stop.IsCancellationRequested)
        {
            // The measurement is over.
        }
    }

    private void Consider(ReadOnlySpan<byte> line)
    {
        var (isDeleted, name, uid, isDeleting) = PodChange.Read(line);
        if (isDeleted)
        {
            Reached(uid, Phase.Gone);
        }
        else if (isDeleting)
        {
            _ = ReportAsync(() => _context.Client.DeleteAsync($"{_context.Pods}/{name}?gracePeriodSeconds=0", _stop.Token));
        }
        else if (Reached(uid, Phase.Bound))
        {
            _ = ReportAsync(async () =>
            {
                await _context.Client.SendAsync(
                    HttpMethod.Patch, $"{_context.Pods}/{name}/status", Encoding.UTF8.GetBytes(Running(uid)), "application/strategic-merge-patch+json",
                    _stop.Token, HttpStatusCode.NotFound, HttpStatusCode.Conflict);
                Reached(uid, Phase.Running);
            });
        }
    }

    /// <summary>False when it had come so far already.</summary>
    private bool Reached(string uid, Phase phase)
    {
        lock (_lock)
        {
            if (_pods.TryGetValue(uid, out var known) && known >= phase)
            {
                return false;
            }

            _pods[uid] = phase;
            if (++_counts[(int)phase] == _awaited.Count && phase == _awaited.Phase)
            {
                _arrived.TrySetResult();
            }

            return true;
        }
    }

    private async Task ReportAsync(Func<Task> report)
    {
        try
        {
            await _slots.WaitAsync(_stop.Token);
            try
            {
                await report();
            }
            finally
            {
                _slots.Release();
            }
        }
        catch (Exception exception) when (_stop.IsCancellationRequested && exception is OperationCanceledException or ObjectDisposedException)
        {
            // The measurement is over.
        }
        catch (HttpRequestException exception)
        {
            await Console.Error.WriteLineAsync(exception.Message);
        }
    }

    private string Running(string uid)
    {
        var now = Now();
        var address = (uint)uid.GetHashCode(StringComparison.Ordinal);
        return $$"""
            {"metadata":{"uid":"{{uid}}"},"status":{"phase":"Running","hostIP":"10.0.0.1","podIP":"10.244.{{(address >> 8) & 255}}.{{address & 255}}","startTime":"{{now}}",
            "conditions":[{"type":"Initialized","status":"True","lastTransitionTime":"{{now}}"},{"type":"Ready","status":"True","lastTransitionTime":"{{now}}"},{"type":"ContainersReady","status":"True","lastTransitionTime":"{{now}}"}],
            "containerStatuses":[{"name":"main","image":"hollow","imageID":"","ready":true,"restartCount":0,"started":true,"state":{"running":{"startedAt":"{{now}}"} } }]} }
            """;
    }

    private string RenewTime() => _context.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);

    private string Now() => _context.Time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
