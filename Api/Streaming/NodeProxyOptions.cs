using System.Security.Cryptography.X509Certificates;

namespace Crescent.Api.Streaming;

/// <summary>How the API reaches node agents. Asked per connection, so that rotated certificates count at once.</summary>
public sealed class NodeProxyOptions
{
    /// <summary>The API's client certificate with its key (CN <c>kube-apiserver-kubelet-client</c>); null: none is presented.</summary>
    public Func<X509Certificate2?> ClientCertificate { get; set; } = static () => null;

    /// <summary>Authorities of the agents' serving certificates. Empty by default: no agent is trusted.</summary>
    public Func<X509Certificate2Collection> Authorities { get; set; } = static () => [];

    /// <summary>
    /// Makes what requests to agents go through, in place of the operating system's TLS with the certificates above; null by default.
    /// </summary>
    public Func<HttpMessageHandler>? Handler { get; set; }

    /// <summary>How long a connection to an agent may take to stand. Default 10 s.</summary>
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(10);
}
