using System.Net;
using System.Text;

namespace Crescent.NodeAgent.Networks.Links;

/// <summary>
/// One request to the kernel's <see href="https://man7.org/linux/man-pages/man7/rtnetlink.7.html">routing socket</see>: a header, a fixed
/// part, attributes in the machine's byte order. Pure.
/// </summary>
internal sealed class NetlinkRequest
{
    public const ushort NewLink = 16;
    public const ushort DeleteLink = 17;
    public const ushort SetLink = 19;
    public const ushort NewAddress = 20;
    public const ushort NewRoute = 24;

    private const int HeaderLength = 16;
    private const ushort Request = 1;
    private const ushort Acknowledge = 4;
    private const ushort Replace = 0x100;
    private const ushort Exclusive = 0x200;
    private const ushort Create = 0x400;
    private const ushort Nested = 0x8000;
    private const byte Inet = 2;
    private const byte Bridge = 7;
    private const uint Up = 1;

    private readonly List<byte> _bytes = [];

    private NetlinkRequest(ushort type, ushort flags)
    {
        UInt32(0); // The length, known at the end.
        UInt16(type);
        UInt16((ushort)(Request | Acknowledge | flags));
        UInt32(1); // Sequence number: one request is under way at a time.
        UInt32(0); // The kernel fills in who asks.
    }

    /// <summary>A pair of interfaces: one end here on a bridge, the other as <c>eth0</c> in another network namespace. Only this end is up.</summary>
    public static NetlinkRequest VirtualPair(PodLink link, int bridge, long peerProcess)
    {
        var request = new NetlinkRequest(NewLink, Create | Exclusive);
        request.LinkPart(0, 0, Up, Up);
        request.Text(3, link.HostInterface);
        request.Mtu(link);
        request.Number(10, (uint)bridge);
        request.Nest(18, () =>
        {
            request.Text(1, "veth");
            request.Nest(2, () => request.Nest(1, () =>
            {
                request.LinkPart(0, 0, 0, 0);
                request.Text(3, "eth0");
                request.Mtu(link);
                request.Attribute(1, link.HardwareAddress);
                request.Number(19, (uint)peerProcess);
            }));
        });
        return request;
    }

    /// <summary>Lets a port of a bridge send frames back where they came from: a pod reaches itself through its own service.</summary>
    public static NetlinkRequest Hairpin(int port)
    {
        var request = new NetlinkRequest(SetLink, 0);
        request.LinkPart(Bridge, port, 0, 0);
        request.Nest(12, () => request.Attribute(4, [1]));
        return request;
    }

    public static NetlinkRequest Remove(string name)
    {
        var request = new NetlinkRequest(DeleteLink, 0);
        request.LinkPart(0, 0, 0, 0);
        request.Text(3, name);
        return request;
    }

    public static NetlinkRequest SwitchOn(int index)
    {
        var request = new NetlinkRequest(SetLink, 0);
        request.LinkPart(0, index, Up, Up);
        return request;
    }

    public static NetlinkRequest Address(int index, IPAddress address, int prefixLength)
    {
        var request = new NetlinkRequest(NewAddress, Create | Replace);
        request._bytes.AddRange([Inet, (byte)prefixLength, 0, 0]);
        request.UInt32((uint)index);
        request.Attribute(2, address.GetAddressBytes());
        request.Attribute(1, address.GetAddressBytes());
        return request;
    }

    public static NetlinkRequest DefaultRoute(int index, IPAddress gateway)
    {
        const byte MainTable = 254;
        const byte Boot = 3;
        const byte Unicast = 1;
        var request = new NetlinkRequest(NewRoute, Create | Replace);
        request._bytes.AddRange([Inet, 0, 0, 0, MainTable, Boot, 0, Unicast]);
        request.UInt32(0);
        request.Attribute(5, gateway.GetAddressBytes());
        request.Number(4, (uint)index);
        return request;
    }

    public byte[] ToBytes()
    {
        var bytes = _bytes.ToArray();
        Write(bytes, 0, (uint)bytes.Length);
        return bytes;
    }

    /// <summary>The error number in the kernel's answer; 0 when it did as asked.</summary>
    public static int ErrorOf(ReadOnlySpan<byte> answer)
    {
        const int BadMessage = 74;
        const ushort ErrorType = 2;
        if (answer.Length < HeaderLength + 4)
        {
            return BadMessage;
        }

        var type = BitConverter.ToUInt16(answer[4..]);
        return type == ErrorType ? -BitConverter.ToInt32(answer[HeaderLength..]) : BadMessage;
    }

    private static void Write(byte[] bytes, int at, uint value) => BitConverter.TryWriteBytes(bytes.AsSpan(at), value);

    private void LinkPart(byte family, int index, uint flags, uint change)
    {
        _bytes.AddRange([family, 0, 0, 0]);
        UInt32((uint)index);
        UInt32(flags);
        UInt32(change);
    }

    private void Mtu(PodLink link)
    {
        if (link.Mtu > 0)
        {
            Number(4, (uint)link.Mtu);
        }
    }

    private void Text(ushort type, string value) => Attribute(type, [.. Encoding.ASCII.GetBytes(value), 0]);

    private void Number(ushort type, uint value) => Attribute(type, BitConverter.GetBytes(value));

    private void Attribute(ushort type, ReadOnlySpan<byte> value)
    {
        UInt16((ushort)(4 + value.Length));
        UInt16(type);
        _bytes.AddRange(value);
        Pad();
    }

    private void Nest(ushort type, Action content)
    {
        var start = _bytes.Count;
        UInt16(0);
        UInt16((ushort)(type | Nested));
        content();
        var length = BitConverter.GetBytes((ushort)(_bytes.Count - start));
        (_bytes[start], _bytes[start + 1]) = (length[0], length[1]);
    }

    private void Pad()
    {
        while (_bytes.Count % 4 != 0)
        {
            _bytes.Add(0);
        }
    }

    private void UInt16(ushort value) => _bytes.AddRange(BitConverter.GetBytes(value));

    private void UInt32(uint value) => _bytes.AddRange(BitConverter.GetBytes(value));
}
