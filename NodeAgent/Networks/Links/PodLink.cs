using System.Globalization;
using System.Net;

namespace Crescent.NodeAgent.Networks.Links;

/// <summary>How a sandbox hangs on the node's bridge. Written to a label of the sandbox, so that any agent can make or find it again.</summary>
/// <param name="Bridge">Interface name of the bridge.</param>
/// <param name="Address">The sandbox's own address.</param>
/// <param name="PrefixLength">Length of the node's range.</param>
/// <param name="Gateway">The bridge's address.</param>
/// <param name="Mtu">MTU, or 0 for the kernel's default.</param>
internal sealed record PodLink(string Bridge, IPAddress Address, int PrefixLength, IPAddress Gateway, int Mtu)
{
    /// <summary>
    /// Follows from the address, so that neighbours which still know an earlier owner of the address need not ask again. The prefix is one
    /// of the locally administered ones.
    /// </summary>
    public byte[] HardwareAddress => [0x0a, 0x58, .. Address.GetAddressBytes()];

    /// <summary>Name of the host's end.</summary>
    public string HostInterface => "crv" + Convert.ToHexStringLower(Address.GetAddressBytes());

    public string Format() => string.Create(CultureInfo.InvariantCulture, $"{Address}/{PrefixLength} via {Gateway} dev {Bridge} mtu {Mtu}");

    /// <summary>Reads what <see cref="Format"/> wrote; null for anything else.</summary>
    public static PodLink? Parse(string text) =>
        text.Split(' ') is [var own, "via", var gateway, "dev", var bridge, "mtu", var mtu]
        && own.Split('/') is [var address, var prefix]
        && IPAddress.TryParse(address, out var ip) && IPAddress.TryParse(gateway, out var via)
        && int.TryParse(prefix, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
        && int.TryParse(mtu, NumberStyles.None, CultureInfo.InvariantCulture, out var size)
            ? new PodLink(bridge, ip, length, via, size)
            : null;
}
