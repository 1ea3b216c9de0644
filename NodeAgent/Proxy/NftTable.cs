using System.Globalization;

namespace Crescent.NodeAgent.Proxy;

/// <summary>The wanted content of one nftables table of family ip. Two tables with the same <see cref="Marker"/> are equal.</summary>
internal sealed class NftTable
{
    /// <summary>Start of the name of the empty chain that tells what is loaded.</summary>
    public const string MarkerPrefix = "content-";

    public NftTable(string name, IReadOnlyDictionary<string, NftSet> sets, IReadOnlyDictionary<string, NftChain> chains)
    {
        Name = name;
        Sets = sets;
        Chains = chains;

        // Independent of order, and cheap when most parts are the ones of the table before.
        UInt128 hash = 0;
        foreach (var part in sets.Values.Concat<NftObject>(chains.Values))
        {
            hash ^= part.Hash;
        }

        Marker = MarkerPrefix + hash.ToString("x32", CultureInfo.InvariantCulture);
    }

    public string Name { get; }

    public IReadOnlyDictionary<string, NftSet> Sets { get; }

    public IReadOnlyDictionary<string, NftChain> Chains { get; }

    /// <summary>Name of the marker chain of this content.</summary>
    public string Marker { get; }
}
