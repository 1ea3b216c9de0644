using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>Clients and watchers on one set of names, from start to a complete history.</summary>
internal sealed class WorkloadRun
{
    private const int Finisher = 1000;
    private static readonly TimeSpan RetryPause = TimeSpan.FromMilliseconds(200);

    private readonly CancellationTokenSource _stopClients = new();
    private readonly CancellationTokenSource _giveUp = new();
    private readonly HistoryRecorder _recorder;
    private readonly TimeProvider _time;
    private readonly Client _finisher;
    private readonly Watcher[] _watchers;
    private readonly Task _clients;
    private readonly Task _watching;
    private readonly int _serverCount;

    /// <param name="connect">Makes an API per server for each client of its own.</param>
    /// <param name="options">What the clients do.</param>
    /// <param name="time">Clock of the history.</param>
    /// <param name="seed">Of everything random.</param>
    public WorkloadRun(Func<IReadOnlyList<IObjectApi>> connect, WorkloadOptions options, TimeProvider time, int seed)
    {
        _recorder = new(time);
        _time = time;
        var random = new Random(seed);
        var first = connect();
        _serverCount = first.Count;
        _finisher = new(Finisher, first, options, _recorder, time, random.Next());
        _watchers = [.. Enumerable.Range(0, options.Watchers).Select(number => new Watcher(number, connect(), options, _recorder, time, random.Next()))];
        _watching = Task.WhenAll(_watchers.Select(watcher => watcher.RunAsync(_giveUp.Token)));
        _clients = Task.WhenAll(Enumerable.Range(0, options.Clients).Select(
            number => new Client(number, connect(), options, _recorder, time, random.Next()).RunAsync(_stopClients.Token)));
    }

    /// <summary>What it is doing, for those who wait.</summary>
    public string Phase { get; private set; } = "running";

    public int OperationCount => _recorder.OperationCount;

    public int Relists => _watchers.Sum(watcher => watcher.Relists);

    /// <summary>Ends when the clients have (they only do when stopped).</summary>
    public Task Clients => _clients;

    /// <summary>
    /// Stops the clients, writes once more, waits until every watcher has seen that (a minute at most), and lists on every server.
    /// </summary>
    /// <param name="revive">
    /// Starts servers that do not run. One that was declared dead during the last fault may have looked well until it learnt of that, and
    /// ended, only now.
    /// </param>
    public async Task<RunHistory> FinishAsync(Func<CancellationToken, Task> revive, CancellationToken cancellationToken)
    {
        Phase = "stopping clients";
        await _stopClients.CancelAsync();
        await _clients;
        Phase = "writing for the last time";
        var end = await EndAsync(cancellationToken);
        foreach (var watcher in _watchers)
        {
            watcher.FinishAt(end);
        }

        Phase = "waiting for watchers";
        try
        {
            await _watching.WaitAsync(TimeSpan.FromMinutes(1), _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            await _giveUp.CancelAsync();
            await _watching;
        }

        for (var server = 0; server < _serverCount; server++)
        {
            Phase = $"listing on server {server + 1}";
            await ListAsync(server, revive, cancellationToken);
        }

        Phase = "checking";
        return _recorder.Complete(end);
    }

    private async Task<long> EndAsync(CancellationToken cancellationToken)
    {
        for (var attempt = 0; ; attempt++)
        {
            var operation = await _finisher.SendAsync(new()
            {
                Client = Finisher, Server = attempt % _serverCount, Kind = OperationKind.Create, Name = $"zz-end-{attempt}",
                Token = $"end-{attempt}", Invoked = 0, Returned = 0, Outcome = default,
            });
            if (operation.Outcome == OperationOutcome.Succeeded)
            {
                return operation.State!.Version;
            }

            await Task.Delay(RetryPause, _time, cancellationToken);
        }
    }

    private async Task ListAsync(int server, Func<CancellationToken, Task> revive, CancellationToken cancellationToken)
    {
        while ((await _finisher.SendAsync(new()
        {
            Client = Finisher, Server = server, Kind = OperationKind.List, Invoked = 0, Returned = 0, Outcome = default,
        })).Outcome != OperationOutcome.Succeeded)
        {
            await revive(cancellationToken);
            await Task.Delay(RetryPause, _time, cancellationToken);
        }
    }
}
