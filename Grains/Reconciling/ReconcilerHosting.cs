using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Definitions;
using Crescent.Grains.Authorization;
using Crescent.Grains.Autoscaling;
using Crescent.Grains.Batch.CronJobs;
using Crescent.Grains.Batch.Jobs;
using Crescent.Grains.Bootstrap;
using Crescent.Grains.Bootstrap.Tokens;
using Crescent.Grains.Certificates;
using Crescent.Grains.Disruption;
using Crescent.Grains.Events;
using Crescent.Grains.FlowControl;
using Crescent.Grains.Identity;
using Crescent.Grains.Identity.AccountTokens;
using Crescent.Grains.Namespaces;
using Crescent.Grains.Networking;
using Crescent.Grains.Nodes.Lifecycle;
using Crescent.Grains.Ownership;
using Crescent.Grains.Quotas;
using Crescent.Grains.Volumes;
using Crescent.Grains.Watching;
using Crescent.Grains.Workloads;
using Crescent.Grains.Workloads.DaemonSets;
using Crescent.Grains.Workloads.Deployments;
using Crescent.Grains.Workloads.ReplicaSets;
using Crescent.Grains.Workloads.StatefulSets;
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
    /// Options: <see cref="ReconcilingOptions"/>, <see cref="EventOptions"/>, <see cref="ApiEndpointsOptions"/>,
    /// <see cref="RootCertificateOptions"/>, <see cref="NodeLifecycleOptions"/>.
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
        services.AddController<ReplicationControllerController, ReplicationControllerReconciler>();
        services.AddController<DeploymentController, DeploymentReconciler>();
        services.AddController<DaemonSetController, DaemonSetReconciler>();
        services.AddController<StatefulSetController, StatefulSetReconciler>();
        services.AddController<JobController, JobReconciler>();
        services.AddController<CronJobController, CronJobReconciler>();
        services.AddController<DisruptionController, DisruptionReconciler>();
        services.AddController<QuotaStatusController, QuotaStatusReconciler>();
        services.AddController<AutoscalerController, AutoscalerReconciler>();
        services.AddController<VolumeController, VolumeReconciler>();
        services.AddController<EndpointsController, EndpointsReconciler>();
        services.AddController<GarbageController, GarbageReconciler>();
        services.AddController<NamespaceController, NamespaceReconciler>();
        services.AddController<NamespaceDefaultsController, NamespaceDefaultsReconciler>();
        services.AddServiceAccountTokens();
        services.AddController<AccountTokenController, AccountTokenReconciler>();
        services.AddController<NodeLifecycleController, NodeLifecycleReconciler>();
        services.AddController<DefaultPolicyController, DefaultPolicyReconciler>();
        services.AddController<AggregationController, AggregationReconciler>();
        services.AddController<FlowController, FlowReconciler>();
        services.TryAddSingleton<ICertificateSigner, NoSigner>();
        services.AddCrescentAuthorization();
        services.AddController<CertificateController, CertificateReconciler>();
        services.AddBootstrap();
        services.AddOptions<RootCertificateOptions>();
        services.AddOptions<NodeLifecycleOptions>();
        services.TryAddSingleton(ResourceCatalog.BuiltIn);
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

    private static void AddBootstrap(this IServiceCollection services)
    {
        services.AddOptions<ApiEndpointsOptions>().ValidateOnStart();
        services.AddSingleton<IValidateOptions<ApiEndpointsOptions>, ApiEndpointsOptionsValidator>();
        services.AddSingleton<ApiAddresses>();
        services.AddController<BootstrapController, BootstrapReconciler>();
        services.AddController<BootstrapTokenController, BootstrapTokenReconciler>();
    }

    private static void AddController<TController, TReconciler>(this IServiceCollection services)
        where TController : class, IController
        where TReconciler : class, IReconciler
    {
        services.AddSingleton<IController, TController>();
        services.AddTransient<TReconciler>();
    }
}
