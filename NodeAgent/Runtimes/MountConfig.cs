namespace Crescent.NodeAgent.Runtimes;

/// <summary>Something to be seen inside a container.</summary>
internal sealed record MountConfig
{
    /// <summary>Path on the node, or the name of a scratch volume with <see cref="IsEngineVolume"/>.</summary>
    public required string Source { get; init; }

    /// <summary>Path inside the container.</summary>
    public required string Target { get; init; }

    public bool IsReadOnly { get; init; }

    /// <summary>The engine keeps the data under the name in <see cref="Source"/>.</summary>
    public bool IsEngineVolume { get; init; }

    /// <summary>None, HostToContainer or Bidirectional.</summary>
    public string Propagation { get; init; } = "None";
}
