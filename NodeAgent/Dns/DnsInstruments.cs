using System.Diagnostics.Metrics;

namespace Crescent.NodeAgent.Dns;

/// <summary>Meter <c>Crescent.Dns</c>.</summary>
internal static class DnsInstruments
{
    private static readonly Meter Meter = new("Crescent.Dns");

    /// <summary>Questions received.</summary>
    public static readonly Counter<long> Queries = Meter.CreateCounter<long>("crescent.dns.queries");

    /// <summary>Questions for names outside the cluster answered from memory.</summary>
    public static readonly Counter<long> CacheHits = Meter.CreateCounter<long>("crescent.dns.cache.hits");

    /// <summary>Questions sent to upstream resolvers.</summary>
    public static readonly Counter<long> Forwarded = Meter.CreateCounter<long>("crescent.dns.forwarded");

    /// <summary>Questions no upstream resolver answered.</summary>
    public static readonly Counter<long> ForwardFailures = Meter.CreateCounter<long>("crescent.dns.forward.failures");

    /// <summary>Packets that could not be handled.</summary>
    public static readonly Counter<long> Errors = Meter.CreateCounter<long>("crescent.dns.errors");
}
