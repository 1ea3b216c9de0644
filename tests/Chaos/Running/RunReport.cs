using Crescent.Chaos.Checking;

namespace Crescent.Chaos.Running;

/// <summary>What a run came to.</summary>
internal sealed class RunReport
{
    /// <summary>Those that are longer are told in detail.</summary>
    private static readonly TimeSpan LongOutage = TimeSpan.FromSeconds(4);

    public required int Seed { get; init; }

    public TimeSpan Elapsed { get; set; }

    public int Rounds { get; set; }

    public long Operations { get; set; }

    public long UnknownOutcomes { get; set; }

    public long WatchEvents { get; set; }

    public long Coalesced { get; set; }

    public long Relists { get; set; }

    /// <summary>Servers that ended during a fault which did not hurt them.</summary>
    public int Bystanders { get; set; }

    public SortedDictionary<string, int> Faults { get; } = new(StringComparer.Ordinal);

    public List<Outage> Outages { get; } = [];

    public List<Violation> Violations { get; } = [];

    /// <summary>Histories with violations.</summary>
    public List<string> Files { get; } = [];

    public void Add(CheckReport checking)
    {
        Rounds++;
        Operations += checking.Operations;
        UnknownOutcomes += checking.UnknownOutcomes;
        WatchEvents += checking.WatchEvents;
        Coalesced += checking.Coalesced;
        Violations.AddRange(checking.Violations);
    }

    public IEnumerable<string> Lines()
    {
        yield return $"seed {Seed}, {Elapsed.TotalMinutes:0.0} minutes, {Rounds} rounds";
        yield return $"faults injected: {Faults.Values.Sum()} ({string.Join(", ", Faults.Select(pair => $"{pair.Key} {pair.Value}"))})";
        yield return $"checked: {Operations} operations ({UnknownOutcomes} writes of unknown outcome), {WatchEvents} watch events, {Relists} relists, {Coalesced} versions coalesced";
        yield return $"servers that ended though nothing was done to them: {Bystanders}";
        foreach (var fault in Outages.GroupBy(outage => outage.Fault, StringComparer.Ordinal).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var longest = fault.GroupBy(outage => outage.Requests, StringComparer.Ordinal)
                .Select(kind => $"{kind.Key} {kind.Max(outage => outage.Longest).TotalSeconds:0.0} s");
            yield return $"longest without service at the other servers, {fault.Key}: {string.Join(", ", longest)}";
        }

        foreach (var outage in Outages.Where(outage => outage.Longest > LongOutage))
        {
            yield return $"{outage.Fault}: {outage.Requests} without service for {outage.Longest.TotalSeconds:0.0} s, {outage.After.TotalSeconds:0.0} s after it began: {outage.Story}";
        }

        yield return $"violations: {Violations.Count}";
        foreach (var violation in Violations.Take(20))
        {
            yield return $"  {violation}";
        }

        foreach (var file in Files)
        {
            yield return $"history: {file}";
        }
    }
}
