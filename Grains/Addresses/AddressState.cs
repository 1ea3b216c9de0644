namespace Crescent.Grains.Addresses;

/// <summary>What is taken, by whom. The key is an address or a decimal node port.</summary>
[GenerateSerializer, Alias("addresses.AddressState")]
internal sealed class AddressState
{
    [Id(0)] public Dictionary<string, AddressHolder> Holders { get; set; } = new(StringComparer.Ordinal);
}
