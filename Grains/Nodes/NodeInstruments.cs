using System.Diagnostics.Metrics;

namespace Crescent.Grains.Nodes;

internal sealed class NodeInstruments
{
    public const string MeterName = "Crescent.Nodes";

    private readonly Counter<long> _heartbeats;
    private readonly Counter<long> _statusWrites;
    private readonly Counter<long> _podReports;
    private readonly Counter<long> _silences;

    public NodeInstruments(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _heartbeats = meter.CreateCounter<long>("crescent_node_heartbeats_total", description: "Heartbeats taken.");
        _statusWrites = meter.CreateCounter<long>("crescent_node_status_writes_total", description: "Writes of Node objects.");
        _podReports = meter.CreateCounter<long>("crescent_pod_status_reports_total", description: "Pod status reports, by whether they changed anything.");
        _silences = meter.CreateCounter<long>("crescent_nodes_fallen_silent_total", description: "Nodes whose conditions became Unknown.");
    }

    public void Heartbeat() => _heartbeats.Add(1);

    public void StatusWritten() => _statusWrites.Add(1);

    public void PodReported(bool isChange) => _podReports.Add(1, new KeyValuePair<string, object?>("changed", isChange));

    public void FellSilent() => _silences.Add(1);
}
