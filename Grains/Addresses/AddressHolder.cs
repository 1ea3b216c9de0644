namespace Crescent.Grains.Addresses;

/// <summary>Who holds an address or a port, and since when.</summary>
[GenerateSerializer, Alias("addresses.AddressHolder")]
internal sealed class AddressHolder
{
    /// <summary><c>namespace/name</c>.</summary>
    [Id(0)] public string Owner { get; set; } = "";

    [Id(1)] public string OwnerUid { get; set; } = "";

    /// <summary>A holder is only swept away when its service stays missing for a while after this.</summary>
    [Id(2)] public DateTimeOffset Since { get; set; }
}
