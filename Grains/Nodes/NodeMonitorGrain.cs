using System.Collections.Immutable;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes;

/// <summary>
/// A node whose agent died together with the silo that held its grain would otherwise be watched by nobody. Looks in each half grace
/// period whether there is a node of which that may be so (<see cref="NodeRounds"/>).
/// </summary>
[GrainType("node-monitor"), KeepAlive]
internal sealed partial class NodeMonitorGrain(
    IResourceCaches caches, ISiloStatusOracle silos, IOptions<NodeOptions> options, ILogger<NodeMonitorGrain> logger) : Grain, INodeMonitorGrain
{
    private const int RoundsPerReclaim = 12;
    private readonly NodeRounds _rounds = new();
    private IGrainTimer? _timer;
    private int _round;

    public Task EnsureAsync()
    {
        _timer ??= this.RegisterGrainTimer(
            static (grain, cancellationToken) => grain.LookAsync(cancellationToken), this,
            new GrainTimerCreationOptions { DueTime = TimeSpan.Zero, Period = options.Value.GracePeriod / 2, KeepAlive = true });
        return Task.CompletedTask;
    }

    private async Task LookAsync(CancellationToken cancellationToken)
    {
        try
        {
            var cache = caches.Get(KnownTypes.Nodes);
            await cache.WaitUntilLoadedAsync(cancellationToken);
            var nodes = cache.Current.Enumerate().Select(static node => node.Key.Name);
            foreach (var name in _rounds.Next(nodes, silos.GetApproximateSiloStatuses(onlyActive: true).Keys))
            {
                GrainFactory.GetGrain<INodeWatchGrain>(name).WatchAsync().Ignore();
            }

            if (++_round % RoundsPerReclaim == 0)
            {
                var names = (await cache.GetConsistentAsync(cancellationToken)).Enumerate().Select(static node => node.Key.Name).ToImmutableArray();
                await GrainFactory.GetGrain<INodeCidrGrain>(INodeCidrGrain.Key).ReclaimAsync(names);
            }
        }
        catch (Exception exception) when (!cancellationToken.IsCancellationRequested)
        {
            LogRoundFailed(logger, exception);
        }
    }

    [LoggerMessage(1, LogLevel.Warning, "A round of looking after nodes failed; the next one is due in its period")]
    private static partial void LogRoundFailed(ILogger logger, Exception exception);
}
