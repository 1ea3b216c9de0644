using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Events;

/// <summary>Deletes events whose last occurrence is older than <see cref="EventOptions.TimeToLive"/>.</summary>
internal sealed class EventPruningReconciler(IOptions<EventOptions> options, IOptions<ReconcilingOptions> pacing) : IReconciler
{
    public string Name => "event-pruning-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var view = await context.ReadAsync(KnownTypes.Events, cancellationToken);
        var limit = context.Now - options.Value.TimeToLive;
        var old = view.Enumerate().Where(candidate => LastSeen(candidate) < limit).ToList();
        await FanOut.RunAsync(old, pacing.Value.MaxParallelWrites, item =>
            context.DeleteAsync(item.Key, item.Uid, cancellationToken, version: item.Version));
        return ReconcileResult.LookAgain(options.Value.PrunePeriod);
    }

    /// <summary>The newest of the times an event may carry; clients fill different ones.</summary>
    private static DateTimeOffset LastSeen(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var body = document.RootElement;
        DateTimeOffset?[] times =
        [
            body.At("lastTimestamp").Time(), body.At("series", "lastObservedTime").Time(), body.At("eventTime").Time(),
            body.At("metadata", "creationTimestamp").Time(),
        ];
        return times.Max() ?? DateTimeOffset.MaxValue;
    }
}
