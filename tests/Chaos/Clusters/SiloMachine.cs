namespace Crescent.Chaos.Clusters;

/// <summary>Where one silo runs.</summary>
/// <param name="Address">Its own address.</param>
/// <param name="Namespace">Its network namespace, null for the one of this process.</param>
/// <param name="Shift">Added to each port; silos of one address need different ones.</param>
internal sealed record SiloMachine(string Address, string? Namespace, int Shift)
{
    public int ApiPort => 16443 + Shift;

    public int SiloPort => 11411 + Shift;

    public int GatewayPort => 21411 + Shift;

    public Uri Api => new($"https://{Address}:{ApiPort}");
}
