namespace Crescent.Chaos.Faults;

internal static class FaultCatalog
{
    public static IReadOnlyList<Fault> All { get; } = [.. SiloFaults.All, .. DatabaseFaults.All, .. NetworkFaults.All];

    public static Fault Get(string name) => All.First(fault => fault.Name == name);
}
