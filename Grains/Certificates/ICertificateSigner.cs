namespace Crescent.Grains.Certificates;

/// <summary>Signs with the cluster's authority. A host without one registers none, and requests stay unsigned.</summary>
public interface ICertificateSigner
{
    /// <summary>The certificate in PEM, or why the request cannot be signed.</summary>
    /// <param name="request">PKCS #10 request in PEM.</param>
    /// <param name="isServer">For TLS servers.</param>
    /// <param name="isClient">For TLS clients.</param>
    /// <param name="lifetime">Asked for; the signer may give less.</param>
    (string? Certificate, string? Problem) Sign(string request, bool isServer, bool isClient, TimeSpan? lifetime);
}
