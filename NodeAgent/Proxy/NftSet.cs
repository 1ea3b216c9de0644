namespace Crescent.NodeAgent.Proxy;

/// <summary>One set or map of an nftables table.</summary>
/// <param name="name">Name in the table.</param>
/// <param name="isMap">Elements have verdicts.</param>
/// <param name="declaration">Type and flags as they stand between the braces.</param>
/// <param name="elements">Key to verdict; verdicts are null in a set.</param>
internal sealed class NftSet(string name, bool isMap, string declaration, IReadOnlyDictionary<string, string?> elements) : NftObject(name)
{
    /// <summary>A set the kernel fills by itself from rules; its elements survive changes of the table.</summary>
    public static NftSet FilledByRules(string name, string declaration) =>
        new(name, isMap: false, declaration, new Dictionary<string, string?>()) { IsFilledByRules = true };

    public string Declaration => declaration;

    public IReadOnlyDictionary<string, string?> Elements => elements;

    public string Keyword => isMap ? "map" : "set";

    public bool IsFilledByRules { get; private init; }

    protected override string Content =>
        $"{Keyword} {Name} {declaration}\n{string.Join('\n', elements.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key} : {pair.Value}"))}";
}
