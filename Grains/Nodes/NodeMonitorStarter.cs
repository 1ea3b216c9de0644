using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Nodes;

/// <summary>Keeps the node monitor running from every silo.</summary>
internal sealed class NodeMonitorStarter(
    IGrainFactory grains, IHostApplicationLifetime lifetime, SiloAge age, IOptions<NodeOptions> options, TimeProvider time) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = lifetime.ApplicationStarted.Register(started.SetResult);
        await started.Task.WaitAsync(stoppingToken);
        age.Begin();
        using var timer = new PeriodicTimer(options.Value.GracePeriod / 2, time);
        do
        {
            grains.GetGrain<INodeMonitorGrain>(INodeMonitorGrain.Key).EnsureAsync().Ignore();
        }
        while (await timer.WaitForNextTickAsync(stoppingToken));
    }
}
