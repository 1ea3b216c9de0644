using System.Collections.Immutable;
using Orleans.Concurrency;

namespace Crescent.Nodes;

/// <summary>
/// Where a node's agent talks to the cluster; keyed by node name. A node's token reaches only the grain of its own name. Calls may be
/// repeated after a timeout: all of them are idempotent.
/// </summary>
[Alias("nodes.INodeGrain")]
public interface INodeGrain : IGrainWithStringKey
{
    /// <summary>Creates or refreshes the Node object and allots the node's pod CIDR.</summary>
    [Alias("Register")]
    Task<NodeRegistrationResult> RegisterAsync(NodeRegistration registration, CancellationToken cancellationToken = default);

    /// <summary>Sign of life with changed conditions and usage figures.</summary>
    [Alias("Heartbeat"), AlwaysInterleave]
    Task<HeartbeatReply> HeartbeatAsync(NodeHeartbeat heartbeat, CancellationToken cancellationToken = default);

    /// <summary>
    /// Long-poll of the work of this node: pods bound to it, and the ConfigMaps, Secrets and ServiceAccounts those pods name; nothing else.
    /// An object that a pod names and that is not in the feed does not exist.
    /// </summary>
    [Alias("ReadAssignments"), AlwaysInterleave]
    Task<FeedPage> ReadAssignmentsAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>Long-poll of what proxy, DNS and routes need: Services, EndpointSlices, Nodes (podCIDR and addresses).</summary>
    [Alias("ReadNetwork"), AlwaysInterleave]
    Task<FeedPage> ReadNetworkAsync(FeedCursor after, TimeSpan wait, CancellationToken cancellationToken = default);

    /// <summary>
    /// Stores pod statuses. The answer has one item per report, in order: null when stored (or already so), else why not; NotFound and
    /// Conflict mean that pod is gone and the report should be dropped, ServiceUnavailable that it should be sent again.
    /// </summary>
    [Alias("ReportPodStatuses"), AlwaysInterleave]
    Task<ImmutableArray<Resources.ResourceError?>> ReportPodStatusesAsync(
        ImmutableArray<PodStatusReport> reports, CancellationToken cancellationToken = default);

    /// <summary>A service account token for a pod that is bound to this node.</summary>
    [Alias("CreatePodToken"), AlwaysInterleave]
    Task<PodToken> CreatePodTokenAsync(PodTokenRequest request, CancellationToken cancellationToken = default);

    /// <summary>The directories of these released volumes are gone, and the volumes may go.</summary>
    [Alias("ForgetVolumes"), AlwaysInterleave]
    Task ForgetVolumesAsync(ImmutableArray<string> names, CancellationToken cancellationToken = default);

    /// <summary>Records events; best effort.</summary>
    [Alias("RecordEvents"), AlwaysInterleave]
    Task RecordEventsAsync(ImmutableArray<NodeEvent> events, CancellationToken cancellationToken = default);

    /// <summary>Newest figures from the last heartbeats; null when there are none or they are stale.</summary>
    [Alias("GetStats"), ReadOnly, AlwaysInterleave]
    Task<NodeStats?> GetStatsAsync(CancellationToken cancellationToken = default);
}
