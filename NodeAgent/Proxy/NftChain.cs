namespace Crescent.NodeAgent.Proxy;

/// <summary>One chain of an nftables table.</summary>
internal sealed class NftChain : NftObject
{
    public NftChain(string name, string? hook, params IEnumerable<string> rules)
        : base(name)
    {
        Hook = hook;
        Rules = [.. rules];
    }

    /// <summary>e.g. <c>type nat hook output priority -105; policy accept;</c>; null for a chain that is only jumped to.</summary>
    public string? Hook { get; }

    public IReadOnlyList<string> Rules { get; }

    protected override string Content => $"chain {Name} {Hook}\n{string.Join('\n', Rules)}";
}
