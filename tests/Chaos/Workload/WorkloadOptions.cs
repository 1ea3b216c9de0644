namespace Crescent.Chaos.Workload;

/// <summary>What clients do.</summary>
internal sealed record WorkloadOptions
{
    /// <summary>Clients, each with one request under way. Default 9.</summary>
    public int Clients { get; init; } = 9;

    /// <summary>Watchers. Default 6.</summary>
    public int Watchers { get; init; } = 6;

    /// <summary>Names all clients fight over. Default 8: few enough that they meet.</summary>
    public int Names { get; init; } = 8;

    /// <summary>Longest pause of a client between two requests; half of it on average. Default 60 ms: leaves the machine some air.</summary>
    public TimeSpan MaxPause { get; init; } = TimeSpan.FromMilliseconds(60);

    /// <summary>Longest time a watcher keeps a connection before it resumes on another server. Default 6 s.</summary>
    public TimeSpan MaxWatch { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>Requests after which a client ends by itself. Default: none, it is stopped.</summary>
    public int OperationsPerClient { get; init; } = int.MaxValue;

    /// <summary>How often a client goes to another server than its own, in percent. Default 15.</summary>
    public int StrayPercent { get; init; } = 15;
}
