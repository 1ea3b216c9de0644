using System.Globalization;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Watching;

namespace Crescent.Grains.Nodes;

/// <summary>
/// Follows the <see href="https://kubernetes.io/docs/concepts/architecture/leases/#node-heart-beats">Lease</see> of a node that speaks over the
/// API. A renewal counts from when it was seen, and only while it has not run out by its own account: what was renewed before this silo looked
/// says nothing new.
/// </summary>
internal sealed class LeaseWatch(string node, IResourceCache leases, TimeProvider time)
{
    private ResourceVersion _seen;
    private long _seenAt;

    /// <summary>For how long the node counts as alive; zero or less when there is no Lease, or it has run out.</summary>
    public TimeSpan Left()
    {
        if (!leases.Current.TryGet("kube-node-lease", node, out var lease))
        {
            return TimeSpan.Zero;
        }

        if (lease.Version != _seen)
        {
            (_seen, _seenAt) = (lease.Version, time.GetTimestamp());
        }

        using var document = JsonDocument.Parse(lease.Body);
        var spec = document.RootElement.At("spec");
        if (!DateTimeOffset.TryParse(spec.Text("renewTime"), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var renewed))
        {
            return TimeSpan.Zero;
        }

        var duration = TimeSpan.FromSeconds(spec.Number("leaseDurationSeconds"));
        var (bySight, byClock) = (duration - time.GetElapsedTime(_seenAt), renewed + duration - time.GetUtcNow());
        return bySight < byClock ? bySight : byClock;
    }
}
