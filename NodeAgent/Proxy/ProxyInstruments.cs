using System.Diagnostics.Metrics;

namespace Crescent.NodeAgent.Proxy;

/// <summary>Meter <c>Crescent.Proxy</c>.</summary>
internal static class ProxyInstruments
{
    private static readonly Meter Meter = new("Crescent.Proxy");

    /// <summary>Transactions that changed part of the table.</summary>
    public static readonly Counter<long> Changes = Meter.CreateCounter<long>("crescent.proxy.changes");

    /// <summary>Transactions that replaced the whole table.</summary>
    public static readonly Counter<long> Rewrites = Meter.CreateCounter<long>("crescent.proxy.rewrites");

    /// <summary>Loads that failed.</summary>
    public static readonly Counter<long> Failures = Meter.CreateCounter<long>("crescent.proxy.failures");

    /// <summary>Time from a change being known to the rules being loaded.</summary>
    public static readonly Histogram<double> SyncDuration = Meter.CreateHistogram<double>("crescent.proxy.sync.duration", "s");
}
