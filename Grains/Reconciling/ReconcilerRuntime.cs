using Crescent.Grains.Events;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Reconciling;

/// <summary>What every reconciler grain of a silo shares.</summary>
internal sealed class ReconcilerRuntime(
    IResourceCaches caches, IGrainFactory grains, IEventRecorder events, TimeProvider time, IOptions<ReconcilingOptions> options,
    ILogger<ReconcilerGrain> logger)
{
    public TimeProvider Time => time;

    public ReconcilingOptions Options => options.Value;

    public ILogger Logger => logger;

    public ReconcileContext CreateContext(string controller) => new(controller, caches, GetResourceGrain, events, time);

    private ResourceReference GetResourceGrain(ResourceKey key) => grains.GetResourceGrain(key);
}
