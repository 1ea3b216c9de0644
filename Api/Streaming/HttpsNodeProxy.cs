using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Crescent.Security;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Streaming;

/// <summary>Mutual TLS to the agents; connections are pooled.</summary>
internal sealed class HttpsNodeProxy : INodeProxy, IDisposable
{
    private readonly NodeProxyOptions _options;
    private readonly HttpMessageInvoker _invoker;

    public HttpsNodeProxy(IOptions<NodeProxyOptions> options)
    {
        _options = options.Value;
        _invoker = new(_options.Handler?.Invoke() ?? new SocketsHttpHandler
        {
            ConnectTimeout = _options.ConnectTimeout,
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
            AutomaticDecompression = System.Net.DecompressionMethods.None,
            UseProxy = false,
            SslOptions = new()
            {
                LocalCertificateSelectionCallback = (_, _, _, _, _) => _options.ClientCertificate()!,
                RemoteCertificateValidationCallback = (_, certificate, _, errors) => IsTrusted(certificate, errors),
            },
        });
    }

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken = default) =>
        _invoker.SendAsync(request, cancellationToken);

    public async Task<WebSocket> ConnectAsync(Uri address, IReadOnlyList<string> protocols, CancellationToken cancellationToken = default)
    {
        var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        foreach (var protocol in protocols)
        {
            socket.Options.AddSubProtocol(protocol);
        }

        try
        {
            await socket.ConnectAsync(address, _invoker, cancellationToken);
            return socket;
        }
        catch (WebSocketException exception)
        {
            var code = (int)socket.HttpStatusCode;
            socket.Dispose();
            throw new NodeRefusedException(exception.Message, exception) { StatusCode = code };
        }
    }

    public void Dispose() => _invoker.Dispose();

    private bool IsTrusted(X509Certificate? presented, SslPolicyErrors errors)
    {
        if (presented is not X509Certificate2 certificate || (errors & SslPolicyErrors.RemoteCertificateNameMismatch) != 0)
        {
            return false;
        }

        return ClusterTrust.IsIssuedBy(certificate, _options.Authorities());
    }
}
