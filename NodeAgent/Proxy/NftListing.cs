using System.Text.Json;
using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Proxy;

/// <summary>Names found in a loaded table.</summary>
/// <param name="Chains">All chains, markers included.</param>
/// <param name="Sets">Sets and maps: name to keyword.</param>
internal sealed record NftListing(IReadOnlyList<string> Chains, IReadOnlyDictionary<string, string> Sets)
{
    /// <summary>Reads <c>nft -j -t list table …</c>.</summary>
    public static NftListing Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        var chains = new List<string>();
        var sets = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var item in document.RootElement.Array("nftables"))
        {
            if (item.Object("chain").Text("name") is { } chain)
            {
                chains.Add(chain);
            }

            foreach (var keyword in (string[])["set", "map"])
            {
                if (item.Object(keyword).Text("name") is { } set)
                {
                    sets[set] = keyword;
                }
            }
        }

        return new NftListing(chains, sets);
    }
}
