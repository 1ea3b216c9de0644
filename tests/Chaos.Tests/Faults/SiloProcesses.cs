namespace Crescent.Chaos.Tests.Faults;

/// <summary>Tests that start silos as processes take the same ports and most of the machine: one after another, and alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class SiloProcesses
{
    public const string Name = "silo processes";
}
