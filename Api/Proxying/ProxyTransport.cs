using System.Diagnostics.CodeAnalysis;
using System.Net;
using Crescent.Api.Streaming;

namespace Crescent.Api.Proxying;

/// <summary>Sends requests to backends; connections are kept for a short while, since pods come and go.</summary>
[SuppressMessage("Security", "CA5359", Justification = "Nothing certifies what a pod serves; Kubernetes does not verify it either")]
internal sealed class ProxyTransport(INodeProxy nodes) : IDisposable
{
    private static readonly HttpRequestOptionsKey<ProxyTarget> Target = new("crescent.proxy-target");

    private readonly HttpMessageInvoker _invoker = new(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        AutomaticDecompression = DecompressionMethods.None,
        UseProxy = false,
        UseCookies = false,
        ActivityHeadersPropagator = null,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(20),
        SslOptions = new() { RemoteCertificateValidationCallback = static (_, _, _, _) => true },
        ConnectCallback = static async (context, token) =>
            context.InitialRequestMessage.Options.TryGetValue(Target, out var target) && target.ConnectAsync is { } connect
                ? await connect(token)
                : throw new HttpRequestException("the request names no backend"),
    });

    public Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, ProxyTarget target, CancellationToken cancellationToken)
    {
        if (target.ConnectAsync is null)
        {
            return nodes.SendAsync(request, cancellationToken);
        }

        request.Options.Set(Target, target);
        return _invoker.SendAsync(request, cancellationToken);
    }

    public void Dispose() => _invoker.Dispose();
}
