namespace Crescent.Chaos.History;

/// <summary>
/// One state of an object as somebody saw it. <c>data</c> carries unique tokens: <c>base</c> is set by create and replace (which drop all
/// else), each client's patches set a key of their own. So a state tells which writes made it, and a lost one is missed.
/// </summary>
/// <param name="Name">metadata.name.</param>
/// <param name="Version">metadata.resourceVersion; for a deletion that of the deletion.</param>
/// <param name="Uid">metadata.uid: the incarnation.</param>
/// <param name="Data">Tokens by key.</param>
internal sealed record ObjectState(string Name, long Version, string Uid, IReadOnlyDictionary<string, string> Data)
{
    public const string BaseKey = "base";

    public string? Base => Data.GetValueOrDefault(BaseKey);

    public bool HasSameContent(ObjectState other) =>
        Name == other.Name && Uid == other.Uid && Data.Count == other.Data.Count
        && Data.All(pair => other.Data.TryGetValue(pair.Key, out var value) && value == pair.Value);

    public override string ToString() =>
        $"{Name}@{Version} ({Uid[..Math.Min(8, Uid.Length)]}) {{{string.Join(' ', Data.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"))}}}";
}
