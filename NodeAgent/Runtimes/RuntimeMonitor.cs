using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>Keeps <see cref="RuntimeState"/> true: the engine's events, and a full listing at the start, after each break and now and then.</summary>
internal sealed partial class RuntimeMonitor(
    IContainerRuntime runtime, RuntimeState state, TimeProvider time, ILogger<RuntimeMonitor> logger) : BackgroundService
{
    private static readonly TimeSpan RelistInterval = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);

    private readonly TaskCompletionSource _listed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A pod's containers changed; the argument is its uid. Raised on the monitor's own thread: handlers must be quick.</summary>
    public event Action<string>? Changed;

    /// <summary>Completes when the engine was listed for the first time.</summary>
    public Task WaitForListAsync(CancellationToken cancellationToken = default) => _listed.Task.WaitAsync(cancellationToken);

    /// <summary>True while the engine answers.</summary>
    public bool IsHealthy { get; private set; }

    /// <summary>Why the engine is not healthy.</summary>
    public string Problem { get; private set; } = "the container runtime was not asked yet";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            using var round = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            try
            {
                // Events are opened before the listing, so that nothing falls between the two.
                var events = FollowAsync(round.Token);
                await RelistAsync(stoppingToken);
                var relisting = RelistNowAndThenAsync(round.Token);
                await await Task.WhenAny(events, relisting);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception problem)
            {
                IsHealthy = false;
                Problem = problem.Message;
                LogBroken(problem);
            }

            await round.CancelAsync();
            await Task.Delay(RetryInterval, time, stoppingToken);
        }
    }

    private async Task FollowAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in runtime.WatchAsync(cancellationToken))
        {
            await RefreshAsync(change, cancellationToken);
        }
    }

    private async Task RefreshAsync(RuntimeEvent change, CancellationToken cancellationToken)
    {
        if (change.IsSandbox)
        {
            if (await runtime.GetSandboxAsync(change.Id, cancellationToken) is { } sandbox)
            {
                state.Put(sandbox);
            }
            else
            {
                state.Remove(change.Pod.Uid, change.Id);
            }
        }
        else if (await runtime.GetContainerAsync(change.Id, cancellationToken) is { } container)
        {
            state.Put(container);
        }
        else
        {
            state.Remove(change.Pod.Uid, change.Id);
        }

        Changed?.Invoke(change.Pod.Uid);
    }

    private async Task RelistNowAndThenAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(RelistInterval, time);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            await RelistAsync(cancellationToken);
        }
    }

    private async Task RelistAsync(CancellationToken cancellationToken)
    {
        var begun = state.BeginListing();
        var inventory = await runtime.ListAsync(cancellationToken);
        var changed = state.Replace(inventory, begun);
        IsHealthy = true;
        _listed.TrySetResult();
        foreach (var uid in changed)
        {
            Changed?.Invoke(uid);
        }

        LogListed(inventory.Sandboxes.Length, inventory.Containers.Length, changed.Length);
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "Listed {Sandboxes} sandboxes and {Containers} containers; {Changed} pods differ from what was known")]
    private partial void LogListed(int sandboxes, int containers, int changed);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The container runtime does not answer; trying again")]
    private partial void LogBroken(Exception problem);
}
