using System.Net;
using System.Net.Sockets;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>IP addresses and blocks of them as they stand in fields.</summary>
internal static class AddressText
{
    public const string AddressMessage = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)";
    public const string BlockMessage = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)";

    /// <summary>Reads an address; short forms such as <c>10.1</c> are none.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        var isAddress = IPAddress.TryParse(text, out var parsed) && (parsed.AddressFamily == AddressFamily.InterNetworkV6 || text.Count('.') == 3);
        address = parsed ?? IPAddress.None;
        return isAddress;
    }

    public static void Address(string text, string path, Problems problems)
    {
        if (!TryParse(text, out _))
        {
            problems.Invalid(path, text, AddressMessage);
        }
    }

    public static void Block(string text, string path, Problems problems)
    {
        if (!IPNetwork.TryParse(text, out _))
        {
            problems.Invalid(path, text, BlockMessage);
        }
    }

    /// <summary>An address that others can reach: no loopback, link-local or multicast one.</summary>
    public static void Endpoint(string text, string path, Problems problems)
    {
        if (!TryParse(text, out var address))
        {
            problems.Invalid(path, text, AddressMessage);
            return;
        }

        var bytes = address.GetAddressBytes();
        var isFour = address.AddressFamily == AddressFamily.InterNetwork;
        var problem = address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any) ? $"may not be unspecified ({text})"
            : IPAddress.IsLoopback(address) ? "may not be in the loopback range (127.0.0.0/8, ::1/128)"
            : address.IsIPv6LinkLocal || (isFour && bytes is [169, 254, ..]) ? "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
            : isFour && bytes is [224, 0, 0, _] || bytes is [0xff, 0x02, ..] ? "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
            : null;
        if (problem is not null)
        {
            problems.Invalid(path, (JsonNode)text, problem);
        }
    }
}
