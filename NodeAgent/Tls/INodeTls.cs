using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace Crescent.NodeAgent.Tls;

/// <summary>TLS where the agent speaks HTTP. Orleans connections have <see cref="Security.IConnectionTls"/>.</summary>
internal interface INodeTls
{
    /// <summary>A client of the cluster's API at <paramref name="server"/>.</summary>
    /// <param name="authorities">Who may have issued the API's certificate; null: anybody, for a client that trusts no answer.</param>
    /// <param name="isMember">Whether to show the node's certificate.</param>
    HttpClient CreateClient(Uri server, X509Certificate2Collection? authorities, bool isMember);

    /// <summary>Makes the agent's endpoint HTTPS with the node's serving certificate, for the cluster's administrators and its API only.</summary>
    void Listen(ListenOptions listen);
}
