using System.Collections.Immutable;

namespace Crescent.NodeAgent.Volumes;

/// <summary>A volume that containers can be given.</summary>
internal sealed record PreparedVolume
{
    /// <summary>Path on the node, or name of the engine's volume.</summary>
    public required string Source { get; init; }

    public bool IsEngineVolume { get; init; }

    /// <summary>The agent writes the contents; containers may only read.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Files to be copied in when the engine does not see the agent's file system.</summary>
    public ImmutableArray<VolumeFile> Files { get; init; } = [];
}
