using Crescent.Grains.Reconciling;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Gives neither a stop nor a reconciler's run up.</summary>
public sealed class PatientControlPlane : ControlPlane
{
    protected override void Configure(ISiloBuilder silo)
    {
        silo.Services.AddSingleton<WaitingReconciler>();
        silo.Services.Configure<ReconcilingOptions>(static options => options.RunTimeout = TimeSpan.FromHours(1));
        silo.Services.Configure<HostOptions>(static options => options.ShutdownTimeout = TimeSpan.FromHours(1));
    }
}
