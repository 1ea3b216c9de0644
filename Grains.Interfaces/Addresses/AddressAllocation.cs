using System.Collections.Immutable;

namespace Crescent.Addresses;

/// <summary>Answer to an <see cref="AddressRequest"/>.</summary>
[GenerateSerializer, Immutable, Alias("addresses.AddressAllocation")]
public sealed class AddressAllocation
{
    /// <summary>Empty when none was asked for.</summary>
    [Id(0)] public string Address { get; init; } = "";

    /// <summary>In the order of the request.</summary>
    [Id(1)] public ImmutableArray<long> NodePorts { get; init; } = [];

    /// <summary>Why the address was refused, e.g. <c>provided IP is already allocated</c>; null when granted.</summary>
    [Id(2)] public string? AddressProblem { get; init; }

    /// <summary>Index of the refused node port, −1 for none.</summary>
    [Id(3)] public int RefusedPort { get; init; } = -1;

    /// <summary>Why that node port was refused.</summary>
    [Id(4)] public string? PortProblem { get; init; }

    public bool IsGranted => AddressProblem is null && PortProblem is null;
}
