using Crescent.Grains.Hosting;
using Crescent.SiloHost.Hosting;
using Microsoft.Extensions.Options;

namespace Crescent.SiloHost.Stores;

/// <summary>Holds back everything else of the silo until its PostgreSQL takes connections.</summary>
internal sealed class StoreWait(
    SiloOptions silo, IOptions<StoreWaitOptions> options, TimeProvider time, ILogger<StoreReachability> logger) : IHostedLifecycleService
{
    public Task StartingAsync(CancellationToken cancellationToken) => silo.Store == "postgres"
        ? StoreReachability.Of(silo.StoreConnection, options.Value.Patience, time, logger).WaitAsync(cancellationToken)
        : Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
