using System.Collections.Immutable;

namespace Crescent.Addresses;

/// <summary>What a service needs.</summary>
[GenerateSerializer, Immutable, Alias("addresses.AddressRequest")]
public sealed class AddressRequest
{
    /// <summary><c>namespace/name</c> of the service.</summary>
    [Id(0)] public required string Owner { get; init; }

    /// <summary>UID of the service: the same name in a later life is another owner.</summary>
    [Id(1)] public required string OwnerUid { get; init; }

    /// <summary>Cluster address wanted: null for none, empty for any.</summary>
    [Id(2)] public string? Address { get; init; }

    /// <summary>Node ports wanted, in the order of the service's ports; 0 for any.</summary>
    [Id(3)] public ImmutableArray<long> NodePorts { get; init; } = [];

    /// <summary>Answer what would be given, keep nothing.</summary>
    [Id(4)] public bool IsDryRun { get; init; }
}
