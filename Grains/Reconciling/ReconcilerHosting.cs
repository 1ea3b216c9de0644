using Crescent.Grains.Events;
using Crescent.Grains.Networking;
using Crescent.Grains.Watching;
using Crescent.Grains.Workloads;
using Crescent.Grains.Workloads.Deployments;
using Crescent.Grains.Workloads.ReplicaSets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

/// <summary>Registers all controllers of a silo.</summary>
public static class ReconcilerHosting
{
    /// <summary>
    /// Adds the reconcilers, their nudge router and sweeps, and <see cref="IEventRecorder"/>. Needs the resource core and the caches.
    /// Options: <see cref="ReconcilingOptions"/>, <see cref="EventOptions"/>.
    /// </summary>
    public static ISiloBuilder AddReconcilers(this ISiloBuilder silo)
    {
        var services = silo.Services;
        services.TryAddSingleton(TimeProvider.System);
        services.AddOptions<ReconcilingOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ReconcilingOptions>, ReconcilingOptionsValidator>();
        services.AddSingleton<ReconcilerRuntime>();
        services.AddSingleton<NudgeRouter>();
        services.AddSingleton<ICommitObserver>(static provider => provider.GetRequiredService<NudgeRouter>());
        services.AddHostedService(static provider => provider.GetRequiredService<NudgeRouter>());
        services.AddHostedService<SweepStarter>();
        services.AddEvents();
        services.AddController<ReplicaSetController, ReplicaSetReconciler>();
        services.AddController<DeploymentController, DeploymentReconciler>();
        services.AddController<EndpointsController, EndpointsReconciler>();
        services.AddSingleton<NameSuffix>();
        return silo;
    }

    private static void AddEvents(this IServiceCollection services)
    {
        services.AddOptions<EventOptions>();
        services.AddSingleton<EventRecorder>();
        services.AddSingleton<IEventRecorder>(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddHostedService(static provider => provider.GetRequiredService<EventRecorder>());
        services.AddController<EventPruningController, EventPruningReconciler>();
    }

    private static void AddController<TController, TReconciler>(this IServiceCollection services)
        where TController : class, IController
        where TReconciler : class, IReconciler
    {
        services.AddSingleton<IController, TController>();
        services.AddTransient<TReconciler>();
    }
}
