using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Crescent.NodeAgent.Networks.Links;

/// <summary>
/// How a node's IPv4 range is shared: the last eighth is the engine's (pods with host ports, containers started by hand), the rest the
/// agent's. Pure.
/// </summary>
internal static class AddressRange
{
    // Fewer than eight addresses for the engine are not worth sharing.
    private const int LongestPrefix = 26;

    /// <summary>The engine's part; null when the range is too small to be shared: then all of it is the engine's.</summary>
    public static IPNetwork? OfEngine(IPNetwork podCidr) =>
        podCidr.BaseAddress.AddressFamily != AddressFamily.InterNetwork || podCidr.PrefixLength > LongestPrefix
            ? null
            : new IPNetwork(ToAddress(Number(podCidr.BaseAddress) + (Size(podCidr) / 8 * 7)), podCidr.PrefixLength + 3);

    /// <summary>
    /// The first free address of the agent's part after <paramref name="last"/>, from the start again when the end is reached: an address
    /// is not used again at once. Null when none is free.
    /// </summary>
    public static IPAddress? Next(IPNetwork podCidr, IPAddress? last, IReadOnlySet<IPAddress> taken)
    {
        // The first address names the network, the second is the bridge's.
        var first = Number(podCidr.BaseAddress) + 2;
        var count = (Size(podCidr) / 8 * 7) - 2;
        var start = last is { AddressFamily: AddressFamily.InterNetwork } && Number(last) is var number && number >= first && number < first + count
            ? number - first + 1
            : 0;
        for (uint i = 0; i < count; i++)
        {
            var candidate = ToAddress(first + ((start + i) % count));
            if (!taken.Contains(candidate))
            {
                return candidate;
            }
        }

        return null;
    }

    private static uint Size(IPNetwork network) => 1u << (32 - network.PrefixLength);

    private static uint Number(IPAddress address) => BinaryPrimitives.ReadUInt32BigEndian(address.GetAddressBytes());

    private static IPAddress ToAddress(uint number)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, number);
        return new IPAddress(bytes);
    }
}
