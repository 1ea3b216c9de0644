using Crescent.Security;

namespace Crescent.NodeAgent.Hosting;

/// <summary>How one agent runs; from the command line.</summary>
public sealed class AgentOptions
{
    /// <summary>Keys, certificates and volumes of this node.</summary>
    public required string Home { get; init; }

    /// <summary>Name of the Node object.</summary>
    public required string NodeName { get; init; }

    /// <summary>The cluster's API, e.g. <c>https://10.0.0.1:6443</c>.</summary>
    public required Uri Server { get; init; }

    /// <summary>PEM file with the cluster's authority. Not needed once the node has joined.</summary>
    public string? CaFile { get; init; }

    /// <summary><c>sha256:HEX</c> of the authority's certificate (DER), instead of <see cref="CaFile"/>.</summary>
    public string? CaHash { get; init; }

    /// <summary>File with the bootstrap token. Not needed once the node has joined.</summary>
    public string? TokenFile { get; init; }

    /// <summary>HTTPS port of the agent's own endpoint: logs, exec, metrics.</summary>
    public int Port { get; init; } = 10250;

    /// <summary>The node's InternalIP; null: the machine's address towards the cluster.</summary>
    public string? Address { get; init; }

    /// <summary>Labels to register with, <c>key=value</c>.</summary>
    public IReadOnlyList<string> Labels { get; init; } = [];

    /// <summary>Taints to register with, <c>key=value:Effect</c> or <c>key:Effect</c>.</summary>
    public IReadOnlyList<string> Taints { get; init; } = [];

    /// <summary>Whose TLS to use; default: the operating system's.</summary>
    public TlsKind Tls { get; init; }

    /// <summary>The Docker engine; null: DOCKER_HOST, else the local one.</summary>
    public Uri? DockerEndpoint { get; init; }
}
