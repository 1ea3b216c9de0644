using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;

namespace Crescent.Grains.Nodes;

/// <summary>The pod network cut into numbered blocks, one per node.</summary>
internal sealed class NodeCidrRange
{
    private readonly uint _base;
    private readonly int _prefixLength;

    private NodeCidrRange(uint baseAddress, int rangePrefixLength, int prefixLength)
    {
        _base = baseAddress;
        _prefixLength = prefixLength;
        Count = 1 << (prefixLength - rangePrefixLength);
    }

    /// <summary>Number of blocks.</summary>
    public int Count { get; }

    public static bool TryParse(string cidr, int nodePrefixLength, [NotNullWhen(true)] out NodeCidrRange? range)
    {
        range = null;
        if (!IPNetwork.TryParse(cidr, out var network) || network.BaseAddress.AddressFamily != AddressFamily.InterNetwork
            || nodePrefixLength < network.PrefixLength || nodePrefixLength > 30 || nodePrefixLength - network.PrefixLength > 20)
        {
            return false;
        }

        range = new(ToNumber(network.BaseAddress), network.PrefixLength, nodePrefixLength);
        return true;
    }

    /// <summary>Text of block <paramref name="index"/>, e.g. <c>10.244.3.0/24</c>.</summary>
    public string this[int index]
    {
        get
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteUInt32BigEndian(bytes, _base + ((uint)index << (32 - _prefixLength)));
            return $"{new IPAddress(bytes)}/{_prefixLength}";
        }
    }

    /// <summary>Number of the block a node says it has; null when it is none of this range.</summary>
    public int? IndexOf(string? cidr)
    {
        if (!IPNetwork.TryParse(cidr, out var network) || network.PrefixLength != _prefixLength
            || network.BaseAddress.AddressFamily != AddressFamily.InterNetwork)
        {
            return null;
        }

        var index = ((long)ToNumber(network.BaseAddress) - _base) >> (32 - _prefixLength);
        return index >= 0 && index < Count ? (int)index : null;
    }

    private static uint ToNumber(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[4];
        address.TryWriteBytes(bytes, out _);
        return BinaryPrimitives.ReadUInt32BigEndian(bytes);
    }
}
