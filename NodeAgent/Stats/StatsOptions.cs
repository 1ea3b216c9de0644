namespace Crescent.NodeAgent.Stats;

/// <summary>Measurement of this node and its containers.</summary>
public sealed class StatsOptions
{
    /// <summary>Configuration section.</summary>
    public const string Section = "Stats";

    /// <summary>Time between two rounds, default 10 s: what <c>kubectl top</c> and autoscaling look at is at most that old.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Time between two counts of what containers have written, default 1 min: the engine walks their files for it.</summary>
    public TimeSpan FileSystemInterval { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Names of the sinks that get every round. Default: <c>prometheus</c>, the text at <c>/metrics/cadvisor</c>.</summary>
    public IList<string> Sinks { get; set; } = [];
}
