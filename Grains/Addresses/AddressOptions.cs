namespace Crescent.Grains.Addresses;

/// <summary>Ranges services are served from.</summary>
public sealed class AddressOptions
{
    /// <summary>IPv4 range of cluster addresses; default 10.96.0.0/16. The first one belongs to the <c>kubernetes</c> service.</summary>
    public string ServiceRange { get; set; } = "10.96.0.0/16";

    /// <summary>First node port; default 30000 as with Kubernetes.</summary>
    public int FirstNodePort { get; set; } = 30000;

    /// <summary>Last node port; default 32767 as with Kubernetes.</summary>
    public int LastNodePort { get; set; } = 32767;
}
