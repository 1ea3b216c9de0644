using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Crescent.Api.Hosting;

/// <summary>What the API needs of the HTTPS endpoint it is served on.</summary>
public static class ApiKestrelExtensions
{
    /// <summary>
    /// Asks for client certificates without judging them in the handshake: the API judges them itself, so that a bad one is answered with
    /// 401 and not with a broken connection.
    /// </summary>
    public static HttpsConnectionAdapterOptions UseApiClientCertificates(this HttpsConnectionAdapterOptions https)
    {
        https.ClientCertificateMode = ClientCertificateMode.AllowCertificate;
        https.AllowAnyClientCertificate();
        return https;
    }
}
