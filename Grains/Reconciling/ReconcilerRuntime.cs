using Crescent.Grains.Events;
using Crescent.Grains.Hosting;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

/// <summary>What every reconciler grain of a silo shares.</summary>
internal sealed class ReconcilerRuntime(
    IResourceCaches caches, IGrainFactory grains, IEventRecorder events, TimeProvider time, IOptions<ReconcilingOptions> options,
    ILogger<ReconcilerGrain> logger, StopSignal stop)
{
    public TimeProvider Time => time;

    public ReconcilingOptions Options => options.Value;

    /// <summary>Waits end, and no run begins any more. What is left undone is swept up elsewhere when this silo has gone.</summary>
    public CancellationToken Stopping => stop.Token;

    public ILogger Logger => logger;

    public ReconcileContext CreateContext(string controller) => new(controller, caches, GetResourceGrain, events, time, stop.Token);

    private ResourceReference GetResourceGrain(ResourceKey key) => grains.GetResourceGrain(key);
}
