using System.Security.Cryptography;
using System.Text;

namespace Crescent.NodeAgent.Networks;

/// <summary>Names of what a node owns on its host. Everything of this project starts with <c>crescent</c> or <c>crsnt</c>.</summary>
internal static class NodeNames
{
    /// <summary>nftables table with the services, one for all nodes of a host.</summary>
    public const string ServiceTable = "crescent";

    /// <summary>Start of every bridge interface name.</summary>
    public const string BridgePrefix = "crsnt";

    /// <summary>Container network of a node.</summary>
    public static string Network(string nodeName) => $"crescent-{nodeName}";

    /// <summary>nftables table of one node.</summary>
    public static string NodeTable(string nodeName) => $"crescent-{nodeName}";

    /// <summary>Interface names have at most 15 characters, node names up to 253: a hash stands for the name.</summary>
    public static string Bridge(string nodeName) =>
        BridgePrefix + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(nodeName)))[..8];
}
