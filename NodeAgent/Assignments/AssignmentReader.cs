using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Assignments;

/// <summary>Long-polls the work of this node. While the cluster cannot be reached, pods go on as they were last asked for.</summary>
internal sealed partial class AssignmentReader(
    INodeLink link, AssignmentState state, TimeProvider time, ILogger<AssignmentReader> logger) : BackgroundService
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
            await ReadAsync(stoppingToken);
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task ReadAsync(CancellationToken cancellationToken)
    {
        var cursor = FeedCursor.Start;
        var pause = FirstPause;
        while (true)
        {
            try
            {
                var page = await link.Grain.ReadAssignmentsAsync(cursor, Wait, cancellationToken);
                state.Apply(page);
                cursor = page.Next;
                pause = FirstPause;
            }
            catch (Exception problem) when (!cancellationToken.IsCancellationRequested)
            {
                LogUnreachable(pause, problem);
                await Task.Delay(pause, time, cancellationToken);
                pause = pause * 2 > LongestPause ? LongestPause : pause * 2;
            }
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Could not read assignments; trying again in {Pause}")]
    private partial void LogUnreachable(TimeSpan pause, Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Assignments are no longer read")]
    private partial void LogStopped();
}
