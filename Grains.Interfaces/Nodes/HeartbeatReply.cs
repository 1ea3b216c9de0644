using System.Collections.Immutable;

namespace Crescent.Nodes;

/// <summary>Answer to a heartbeat.</summary>
[GenerateSerializer, Immutable, Alias("nodes.HeartbeatReply")]
public sealed class HeartbeatReply
{
    /// <summary>The grain does not know this agent (it moved, or the Node was deleted): call <see cref="INodeGrain.RegisterAsync"/> again.</summary>
    [Id(0)] public bool MustRegister { get; init; }

    /// <summary>Volumes whose directories the agent removes, and then says so with <see cref="INodeGrain.ForgetVolumesAsync"/>.</summary>
    [Id(1)] public ImmutableArray<ReleasedVolume> ReleasedVolumes { get; init; } = [];
}
