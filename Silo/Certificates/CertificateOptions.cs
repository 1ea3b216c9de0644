namespace Crescent.SiloHost.Certificates;

/// <summary>Lifetimes of what the cluster's certificate authority issues.</summary>
internal sealed class CertificateOptions
{
    /// <summary>The authority itself. Ten years, as kubeadm does; <see cref="AuthorityRotation"/> replaces it.</summary>
    public TimeSpan AuthorityLifetime { get; set; } = TimeSpan.FromDays(3650);

    /// <summary>Certificates of silos and agents; renewed without a restart when a third of it is left. Thirty days.</summary>
    public TimeSpan LeafLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The administrator's certificate in the kubeconfig; the silo writes a fresh file when a third of it is left. One year.</summary>
    public TimeSpan AdminLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How often certificates and the authorities' files are looked at. One minute, which a rotation of the authority waits for.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromMinutes(1);
}
