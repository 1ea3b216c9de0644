namespace Crescent.Api.Limits;

/// <summary>What became of the requests of a schema at its level since the start. Written under the level's lock.</summary>
internal sealed class FlowCounts
{
    private readonly Dictionary<string, long> _refused = new(StringComparer.Ordinal)
    {
        ["cancelled"] = 0, ["concurrency-limit"] = 0, ["queue-full"] = 0, ["time-out"] = 0,
    };

    public long Dispatched { get; set; }

    /// <summary>Reasons and how often each was met; the reasons are always the same ones.</summary>
    public IEnumerable<KeyValuePair<string, long>> Refused => _refused.Keys.Select(reason => KeyValuePair.Create(reason, _refused[reason]));

    public void Refuse(string reason) => _refused[reason]++;
}
