namespace Crescent.NodeAgent.Runtimes;

/// <summary>What the engine says of itself and its machine.</summary>
internal sealed record RuntimeInfo
{
    /// <summary>e.g. <c>docker</c>.</summary>
    public required string Name { get; init; }

    public required string Version { get; init; }
    public required string OperatingSystem { get; init; }

    /// <summary>linux or windows: what containers run on.</summary>
    public required string OsType { get; init; }

    /// <summary>In Go's words: amd64, arm64.</summary>
    public required string Architecture { get; init; }

    public required string KernelVersion { get; init; }
    public required long CpuCount { get; init; }
    public required long MemoryBytes { get; init; }

    /// <summary>Where images and containers are kept, on the engine's machine.</summary>
    public required string RootDirectory { get; init; }
}
