namespace Crescent.Grains.Certificates;

internal sealed class NoSigner : ICertificateSigner
{
    public (string? Certificate, string? Problem) Sign(string request, bool isServer, bool isClient, TimeSpan? lifetime) => (null, null);
}
