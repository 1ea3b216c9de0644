using System.Diagnostics.Metrics;

namespace Crescent.Grains.Events;

internal static class EventInstruments
{
    private static readonly Meter Meter = new("Crescent.Events");

    public static readonly Counter<long> Written = Meter.CreateCounter<long>("crescent.events.written");

    /// <summary>Thinned out, or no room in the queue.</summary>
    public static readonly Counter<long> Dropped = Meter.CreateCounter<long>("crescent.events.dropped");
}
