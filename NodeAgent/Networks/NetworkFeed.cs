using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Networks;

/// <summary>The one reader of the network feed of this node.</summary>
internal sealed partial class NetworkFeed(
    INodeLink link,
    NetworkState state,
    TimeProvider time,
    ILogger<NetworkFeed> logger) : BackgroundService
{
    // Shorter than the response timeout of grain calls.
    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await link.WaitForRegistrationAsync(stoppingToken);
            var cursor = FeedCursor.Start;
            var pause = FirstPause;
            while (true)
            {
                try
                {
                    var page = await link.Grain.ReadNetworkAsync(cursor, Wait, stoppingToken);
                    state.Set(state.Current.Apply(page, link.NodeName));
                    cursor = page.Next;
                    pause = FirstPause;
                }
                catch (Exception exception) when (!stoppingToken.IsCancellationRequested)
                {
                    LogUnreachable(logger, exception);
                    await Task.Delay(pause, time, stoppingToken);
                    pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The agent stops.
        }
    }

    [LoggerMessage(LogLevel.Warning, "Could not read services and endpoints; going on with what is known")]
    private static partial void LogUnreachable(ILogger logger, Exception exception);
}
