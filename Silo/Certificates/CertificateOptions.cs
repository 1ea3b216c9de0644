namespace Crescent.SiloHost.Certificates;

/// <summary>Lifetimes of what the cluster's certificate authority issues.</summary>
internal sealed class CertificateOptions
{
    /// <summary>The authority itself. Ten years, as kubeadm does: replacing it means joining every node again.</summary>
    public TimeSpan AuthorityLifetime { get; set; } = TimeSpan.FromDays(3650);

    /// <summary>Certificates of silos and agents; renewed without a restart when a third of it is left. Thirty days.</summary>
    public TimeSpan LeafLifetime { get; set; } = TimeSpan.FromDays(30);

    /// <summary>The administrator's certificate in the kubeconfig; the silo writes a fresh file when a third of it is left. One year.</summary>
    public TimeSpan AdminLifetime { get; set; } = TimeSpan.FromDays(365);

    /// <summary>How often certificates are looked at. One hour.</summary>
    public TimeSpan CheckInterval { get; set; } = TimeSpan.FromHours(1);
}
