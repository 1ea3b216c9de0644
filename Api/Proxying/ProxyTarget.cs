namespace Crescent.Api.Proxying;

/// <summary>A backend and the way to it.</summary>
internal sealed class ProxyTarget
{
    /// <summary>
    /// <c>scheme://host:port</c> without a path. The host need not resolve: connections are made by <see cref="ConnectAsync"/> and are kept
    /// and used again under this name, so it names one instance of a pod.
    /// </summary>
    public required string Origin { get; init; }

    /// <summary>Opens a connection; null: the request goes to the node's agent, with the API's own certificate.</summary>
    public Func<CancellationToken, Task<Stream>>? ConnectAsync { get; init; }
}
