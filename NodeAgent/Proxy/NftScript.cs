using System.Text;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// Scripts for <c>nft -f -</c>; each is one transaction. A change first deletes the marker chain of the content it starts from: when
/// somebody else has changed the table meanwhile, the marker is another and the whole transaction fails. That makes the table safe to be
/// written by several agents.
/// </summary>
internal static class NftScript
{
    /// <summary>Builds the table anew, whatever is there; clients stuck to an endpoint are forgotten.</summary>
    public static string Create(NftTable table)
    {
        var script = new StringBuilder();
        script.Append($"add table ip {table.Name}\ndelete table ip {table.Name}\nadd table ip {table.Name}\n");
        Write(script, table, table.Sets.Values, table.Chains.Values);
        return script.ToString();
    }

    /// <summary>Turns one content into another; only what differs is touched.</summary>
    public static string Change(NftTable from, NftTable to)
    {
        var script = new StringBuilder();
        var name = to.Name;
        script.Append($"delete chain ip {name} {from.Marker}\n");
        foreach (var old in from.Sets.Values)
        {
            var kept = to.Sets.GetValueOrDefault(old.Name);
            if (!ReferenceEquals(kept, old) && kept?.Hash != old.Hash)
            {
                var stale = old.Elements.Where(pair => kept is null || !HasElement(kept, pair)).Select(pair => pair.Key);
                WriteElements(script, "delete", name, old, stale);
            }
        }

        var goneChains = from.Chains.Keys.Where(chain => !to.Chains.ContainsKey(chain)).ToArray();
        var changedChains = to.Chains.Values.Where(chain => from.Chains.GetValueOrDefault(chain.Name)?.Hash != chain.Hash).ToArray();
        foreach (var chain in goneChains.Concat(changedChains.Select(chain => chain.Name).Where(from.Chains.ContainsKey)))
        {
            script.Append($"flush chain ip {name} {chain}\n");
        }

        foreach (var chain in goneChains)
        {
            script.Append($"delete chain ip {name} {chain}\n");
        }

        foreach (var old in from.Sets.Values.Where(old => !to.Sets.ContainsKey(old.Name)))
        {
            script.Append($"delete {old.Keyword} ip {name} {old.Name}\n");
        }

        var changedSets = to.Sets.Values
            .Where(set => from.Sets.GetValueOrDefault(set.Name)?.Hash != set.Hash)
            .Select(set => from.Sets.GetValueOrDefault(set.Name) is { } old
                ? new NftSet(set.Name, set.Keyword == "map", set.Declaration, set.Elements.Where(pair => !HasElement(old, pair)).ToDictionary())
                : set);
        Write(script, to, changedSets, changedChains);
        return script.ToString();
    }

    /// <summary>
    /// Turns whatever <paramref name="loaded"/> lists into the wanted content, keeping the sets that the kernel fills.
    /// </summary>
    public static string Replace(NftListing loaded, NftTable to)
    {
        var script = new StringBuilder();
        foreach (var marker in loaded.Chains.Where(chain => chain.StartsWith(NftTable.MarkerPrefix, StringComparison.Ordinal)))
        {
            script.Append($"delete chain ip {to.Name} {marker}\n");
        }

        script.Append($"flush table ip {to.Name}\n");
        foreach (var (set, keyword) in loaded.Sets)
        {
            if (to.Sets.GetValueOrDefault(set) is not { IsFilledByRules: true })
            {
                script.Append($"flush {keyword} ip {to.Name} {set}\n");
            }
        }

        foreach (var chain in loaded.Chains.Where(chain =>
            !to.Chains.ContainsKey(chain) && !chain.StartsWith(NftTable.MarkerPrefix, StringComparison.Ordinal)))
        {
            script.Append($"delete chain ip {to.Name} {chain}\n");
        }

        foreach (var (set, keyword) in loaded.Sets.Where(set => !to.Sets.ContainsKey(set.Key)))
        {
            script.Append($"delete {keyword} ip {to.Name} {set}\n");
        }

        Write(script, to, to.Sets.Values, to.Chains.Values);
        return script.ToString();
    }

    private static bool HasElement(NftSet set, KeyValuePair<string, string?> element) =>
        set.Elements.TryGetValue(element.Key, out var verdict) && verdict == element.Value;

    // Sets and chains are declared before the rules and elements that name them.
    private static void Write(StringBuilder script, NftTable table, IEnumerable<NftSet> someSets, IEnumerable<NftChain> someChains)
    {
        var sets = someSets.OrderBy(set => set.Name, StringComparer.Ordinal).ToArray();
        var chains = someChains.OrderBy(chain => chain.Name, StringComparer.Ordinal).ToArray();
        script.Append($"add chain ip {table.Name} {table.Marker}\n");
        foreach (var set in sets)
        {
            script.Append($"add {set.Keyword} ip {table.Name} {set.Name} {{ {set.Declaration} }}\n");
        }

        foreach (var chain in chains)
        {
            script.Append($"add chain ip {table.Name} {chain.Name}{(chain.Hook is { } hook ? $" {{ {hook} }}" : "")}\n");
        }

        foreach (var chain in chains)
        {
            foreach (var rule in chain.Rules)
            {
                script.Append($"add rule ip {table.Name} {chain.Name} {rule}\n");
            }
        }

        foreach (var set in sets)
        {
            WriteElements(script, "add", table.Name, set,
                set.Elements.Select(pair => pair.Value is { } verdict ? $"{pair.Key} : {verdict}" : pair.Key));
        }
    }

    private static void WriteElements(StringBuilder script, string verb, string table, NftSet set, IEnumerable<string> elements)
    {
        var sorted = elements.Order(StringComparer.Ordinal).ToArray();
        if (sorted.Length > 0)
        {
            script.Append($"{verb} element ip {table} {set.Name} {{ {string.Join(", ", sorted)} }}\n");
        }
    }
}
