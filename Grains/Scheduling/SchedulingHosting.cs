using Crescent.Grains.Watching;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Scheduling;

/// <summary>Registers the scheduler of a silo.</summary>
public static class SchedulingHosting
{
    /// <summary>
    /// Adds the scheduler and what keeps it running. Needs the resource core, the caches and the event recorder
    /// (<c>AddResourceCore</c>, <c>AddReconcilers</c>).
    /// </summary>
    public static ISiloBuilder AddScheduling(this ISiloBuilder silo, Action<SchedulerOptions>? configure = null)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddMetrics();
        services.AddOptions<SchedulerOptions>().Configure(options => configure?.Invoke(options)).ValidateOnStart();
        services.AddSingleton<IValidateOptions<SchedulerOptions>, SchedulerOptionsValidator>();
        services.AddSingleton<SchedulerInstruments>();
        services.AddSingleton<SchedulerStarter>();
        services.AddSingleton<ICommitObserver>(static provider => provider.GetRequiredService<SchedulerStarter>());
        services.AddHostedService(static provider => provider.GetRequiredService<SchedulerStarter>());
        return silo;
    }
}
