using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Crescent.Security;

/// <summary>
/// Mutual TLS over a connection: shows this process' certificate, takes none but those issued by the cluster's authorities. The
/// returned stream owns the transport's encryption, not the transport.
/// </summary>
public interface IConnectionTls
{
    /// <summary>Handshake as the one who called.</summary>
    /// <param name="transport">The connection as it is on the wire.</param>
    /// <param name="isAllowed">Asked about the other end's certificate once its chain is found sound.</param>
    /// <exception cref="AuthenticationException">The other end is not of this cluster, or not allowed here.</exception>
    /// <exception cref="IOException">The other end hung up, or said something that is not TLS.</exception>
    Task<Stream> ConnectAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken);

    /// <summary>Handshake as the one who was called. Same rules, same exceptions.</summary>
    Task<Stream> AcceptAsync(Stream transport, Func<X509Certificate2, bool> isAllowed, CancellationToken cancellationToken);
}
