namespace Crescent.Grains.Identity;

/// <summary>The cluster's CA certificate as pods find it in the ConfigMap <c>kube-root-ca.crt</c>.</summary>
public sealed class RootCertificateOptions
{
    /// <summary>PEM text as it is now, one or more certificates; empty (the default): no ConfigMap is kept.</summary>
    public Func<string> CertificatePem { get; set; } = static () => "";
}
