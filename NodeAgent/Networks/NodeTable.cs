using System.Net;
using System.Security.Cryptography;
using System.Text;
using Crescent.NodeAgent.Proxy;

namespace Crescent.NodeAgent.Networks;

/// <summary>
/// Rules that concern one node only: cluster DNS of its pods, masquerading towards the outside, and the mark that lets pod traffic
/// pass other people's forward filters. Pure: settings in, nftables script out.
/// </summary>
internal static class NodeTable
{
    /// <summary>Forwarded packets with this mark are accepted by the rule in <see cref="ForwardAccept"/>.</summary>
    public const uint ForwardMark = 0x2000;

    /// <summary>
    /// A script that replaces the table in one transaction, and the name of the empty chain by which it is known to be loaded.
    /// </summary>
    public static (string Script, string Marker) Render(
        string nodeName, IPNetwork podCidr, IPNetwork clusterCidr, IPAddress clusterDns, int dnsPort, bool isDnsEnabled,
        IEnumerable<IPAddress> nodeAddresses)
    {
        var table = NodeNames.NodeTable(nodeName);
        var gateway = Gateway(podCidr);
        var text = new StringBuilder();
        Line($"add table ip {table}");
        Line($"delete table ip {table}");
        Line($"table ip {table} {{");
        Line("  set nodes {");
        Line("    type ipv4_addr");
        var addresses = nodeAddresses.Select(address => address.ToString()).Distinct().Order(StringComparer.Ordinal).ToArray();
        if (addresses.Length > 0)
        {
            Line($"    elements = {{ {string.Join(", ", addresses)} }}");
        }

        Line("  }");
        Line("  chain localnet {");
        Line("    type filter hook prerouting priority raw; policy accept;");
        Line("    iifname != \"lo\" ip daddr 127.0.0.0/8 drop");
        Line("  }");
        if (isDnsEnabled)
        {
            Line("  chain cluster-dns {");
            Line("    type nat hook prerouting priority dstnat - 10; policy accept;");
            Line($"    ip saddr {podCidr} ip daddr {clusterDns} udp dport 53 dnat to {gateway}:{dnsPort}");
            Line($"    ip saddr {podCidr} ip daddr {clusterDns} tcp dport 53 dnat to {gateway}:{dnsPort}");
            Line("  }");
        }

        Line("  chain let-forward {");
        Line("    type filter hook forward priority filter - 10; policy accept;");
        Line($"    ip saddr {clusterCidr} ip daddr {clusterCidr} meta mark set meta mark | 0x{ForwardMark:x}");
        Line($"    ip daddr {podCidr} ct status dnat meta mark set meta mark | 0x{ForwardMark:x}");
        Line($"    ip daddr {podCidr} ct state established,related meta mark set meta mark | 0x{ForwardMark:x}");
        Line($"    ip daddr {podCidr} ip saddr @nodes meta mark set meta mark | 0x{ForwardMark:x}");
        Line("  }");
        Line("  chain outbound {");
        Line("    type nat hook postrouting priority srcnat - 10; policy accept;");
        Line($"    ip saddr {podCidr} ip daddr != {clusterCidr} oifname != \"lo\" masquerade");
        Line("  }");
        Line("}");
        var marker = MarkerOf(text.ToString());
        Line($"add chain ip {table} {marker}");
        return (text.ToString(), marker);

        void Line(string line) => text.Append(line).Append('\n');
    }

    /// <summary>The first address of a node's range belongs to its bridge.</summary>
    public static IPAddress Gateway(IPNetwork podCidr)
    {
        var bytes = podCidr.BaseAddress.GetAddressBytes();
        bytes[^1] |= 1;
        return new IPAddress(bytes);
    }

    private static string MarkerOf(string script) =>
        NftTable.MarkerPrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(script)))[..32];
}
