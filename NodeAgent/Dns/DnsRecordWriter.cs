using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Crescent.NodeAgent.Dns;

/// <summary>Encodes records.</summary>
internal static class DnsRecordWriter
{
    /// <summary>Seconds answers may be kept; short, because pods come and go.</summary>
    public const uint Ttl = 5;

    // Every set must fit one message, with room for question and authority; more endpoints than that are left out.
    private const int MostAddresses = 2000;
    private const int MostBytes = 24 * 1024;

    private static readonly byte[] Owner = [0xC0, DnsQuery.HeaderLength];

    public static DnsType TypeOf(IPAddress address) => address.AddressFamily == AddressFamily.InterNetwork ? DnsType.A : DnsType.Aaaa;

    public static DnsRecords Addresses(DnsType type, IReadOnlyCollection<IPAddress> addresses)
    {
        var wire = new ArrayBufferWriter<byte>();
        foreach (var address in addresses.Take(MostAddresses))
        {
            Write(wire, Owner, type, address.GetAddressBytes());
        }

        var count = Math.Min(MostAddresses, addresses.Count);
        return new DnsRecords(wire.WrittenSpan.ToArray(), count, wire.WrittenCount / Math.Max(1, count), [], 0);
    }

    /// <param name="targets">Port, name and addresses of each target.</param>
    public static DnsRecords Services(IReadOnlyCollection<(int Port, byte[] Name, IReadOnlyCollection<IPAddress> Addresses)> targets)
    {
        var wire = new ArrayBufferWriter<byte>();
        var additional = new ArrayBufferWriter<byte>();
        var count = 0;
        var additionalCount = 0;
        var seen = new HashSet<byte[]>(DnsNameComparer.Instance);
        foreach (var (port, name, addresses) in targets)
        {
            if (wire.WrittenCount > MostBytes || additional.WrittenCount > MostBytes)
            {
                break;
            }

            count++;
            var data = new byte[6 + name.Length];
            BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(2), (ushort)Math.Max(1, 100 / targets.Count));
            BinaryPrimitives.WriteUInt16BigEndian(data.AsSpan(4), (ushort)port);
            name.CopyTo(data, 6);
            Write(wire, Owner, DnsType.Srv, data);
            if (seen.Add(name))
            {
                foreach (var address in addresses)
                {
                    Write(additional, name, TypeOf(address), address.GetAddressBytes());
                    additionalCount++;
                }
            }
        }

        return new DnsRecords(wire.WrittenSpan.ToArray(), count, 0, additional.WrittenSpan.ToArray(), additionalCount);
    }

    /// <summary>PTR, CNAME and NS records: the data is a name.</summary>
    public static DnsRecords Names(DnsType type, IReadOnlyCollection<byte[]> names)
    {
        var wire = new ArrayBufferWriter<byte>();
        foreach (var name in names)
        {
            Write(wire, Owner, type, name);
        }

        return new DnsRecords(wire.WrittenSpan.ToArray(), names.Count, 0, [], 0);
    }

    public static DnsRecords Text(string text)
    {
        var wire = new ArrayBufferWriter<byte>();
        Write(wire, Owner, DnsType.Txt, [(byte)text.Length, .. Encoding.ASCII.GetBytes(text)]);
        return new DnsRecords(wire.WrittenSpan.ToArray(), 1, 0, [], 0);
    }

    /// <summary>Start of authority; its last field says how long "no such name" may be kept.</summary>
    public static DnsRecords Authority(ReadOnlySpan<byte> owner, string zone)
    {
        var wire = new ArrayBufferWriter<byte>();
        var numbers = new byte[20];
        uint[] values = [1, 7200, 1800, 86400, Ttl];
        for (var i = 0; i < values.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(numbers.AsSpan(i * 4), values[i]);
        }

        Write(wire, owner, DnsType.Soa, [.. DnsName.Encode($"ns.dns.{zone}"), .. DnsName.Encode($"hostmaster.{zone}"), .. numbers]);
        return new DnsRecords(wire.WrittenSpan.ToArray(), 1, 0, [], 0);
    }

    public static void Write(IBufferWriter<byte> wire, ReadOnlySpan<byte> owner, DnsType type, ReadOnlySpan<byte> data, uint ttl = Ttl)
    {
        wire.Write(owner);
        Span<byte> fields = stackalloc byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fields, (ushort)type);
        BinaryPrimitives.WriteUInt16BigEndian(fields[2..], 1);
        BinaryPrimitives.WriteUInt32BigEndian(fields[4..], ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fields[8..], (ushort)data.Length);
        wire.Write(fields);
        wire.Write(data);
    }
}
