using System.Globalization;
using System.Net;

namespace Crescent.NodeAgent.Dns;

/// <summary>Names under <c>in-addr.arpa</c>.</summary>
internal static class ReverseName
{
    private static readonly byte[] Domain = DnsName.Encode("in-addr.arpa");

    public static byte[] Of(IPAddress address)
    {
        var parts = address.GetAddressBytes().Reverse().Select(part => part.ToString(CultureInfo.InvariantCulture));
        return DnsName.Encode($"{string.Join('.', parts)}.in-addr.arpa");
    }

    /// <summary>Reads a full IPv4 reverse name in lower-case wire format.</summary>
    public static bool TryParse(ReadOnlySpan<byte> name, out IPAddress address)
    {
        address = IPAddress.None;
        Span<byte> bytes = stackalloc byte[4];
        for (var i = 3; i >= 0; i--)
        {
            if (name.Length <= Domain.Length)
            {
                return false;
            }

            var label = DnsName.SplitFirst(name, out name);
            if (!byte.TryParse(label, NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        address = new IPAddress(bytes);
        return name.SequenceEqual(Domain);
    }
}
