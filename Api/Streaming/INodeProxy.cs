using System.Net.WebSockets;

namespace Crescent.Api.Streaming;

/// <summary>Calls to a node's agent over its HTTPS endpoint.</summary>
public interface INodeProxy
{
    /// <summary>Answers once the response's head is there; the caller disposes the response.</summary>
    Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default);

    /// <summary>Opens a WebSocket with one of <paramref name="protocols"/>.</summary>
    /// <exception cref="NodeRefusedException">The agent answered with something else than a WebSocket.</exception>
    Task<WebSocket> ConnectAsync(Uri address, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default);
}
