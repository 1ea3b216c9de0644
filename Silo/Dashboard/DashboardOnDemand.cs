using Orleans.Dashboard;

namespace Crescent.SiloHost.Dashboard;

/// <summary>
/// Starts what the dashboard collects its figures with when somebody first looks at it. The package would start it with the silo: it reads
/// every instrument of Orleans once a second, which is a good part of what an idle silo does.
/// </summary>
internal sealed class DashboardOnDemand(IServiceProvider services, ServiceDescriptor[] collectors, IHostApplicationLifetime lifetime)
    : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly List<IHostedService> _started = [];
    private volatile bool _isRunning;

    /// <summary>Adds the dashboard; its collectors wait for a visitor.</summary>
    public static void AddTo(ISiloBuilder silo, Action<DashboardOptions> configure)
    {
        var before = silo.Services.Where(IsHosted).ToHashSet();
        silo.AddDashboard(configure);
        var collectors = silo.Services.Where(service => IsHosted(service) && !before.Contains(service)).ToArray();
        foreach (var collector in collectors)
        {
            silo.Services.Remove(collector);
        }

        silo.Services.AddSingleton(provider => ActivatorUtilities.CreateInstance<DashboardOnDemand>(provider, [collectors]));
    }

    /// <summary>Somebody looks at the dashboard.</summary>
    public async Task VisitedAsync(CancellationToken cancellationToken)
    {
        if (_isRunning)
        {
            return;
        }

        await _gate.WaitAsync(cancellationToken);
        try
        {
            if (!_isRunning)
            {
                foreach (var descriptor in collectors)
                {
                    var collector = Make(descriptor);
                    await collector.StartAsync(lifetime.ApplicationStopping);
                    _started.Add(collector);
                }

                _isRunning = true;
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var collector in _started)
        {
            await collector.StopAsync(CancellationToken.None);
            if (collector is IAsyncDisposable disposable)
            {
                await disposable.DisposeAsync();
            }
        }

        _gate.Dispose();
    }

    private static bool IsHosted(ServiceDescriptor service) => service.ServiceType == typeof(IHostedService);

    private IHostedService Make(ServiceDescriptor descriptor) => (IHostedService)(
        descriptor.ImplementationInstance
        ?? descriptor.ImplementationFactory?.Invoke(services)
        ?? ActivatorUtilities.CreateInstance(services, descriptor.ImplementationType!));
}
