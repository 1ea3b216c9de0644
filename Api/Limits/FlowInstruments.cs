using System.Diagnostics.Metrics;

namespace Crescent.Api.Limits;

/// <summary>
/// Figures under <see href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#metrics">Kubernetes' names</see>, read off
/// the levels when somebody asks. Waits are those of requests that had to wait.
/// </summary>
internal sealed class FlowInstruments
{
    private readonly Meter _meter;
    private readonly Histogram<double> _waits;

    public FlowInstruments(IMeterFactory meters)
    {
        _meter = meters.Create("Crescent.FlowControl");
        _waits = _meter.CreateHistogram<double>(
            "apiserver_flowcontrol_request_wait_duration_seconds", description: "Time requests spent waiting in a queue.");
    }

    /// <summary>Reports what <paramref name="book"/> gives; called once.</summary>
    public void Observe(Func<FlowBook> book)
    {
        _meter.CreateObservableCounter(
            "apiserver_flowcontrol_dispatched_requests_total",
            () => book().Schemas.Select(static schema => new Measurement<long>(schema.Counts.Dispatched, Level(schema.Level), Schema(schema))),
            description: "Requests that were served.");
        _meter.CreateObservableCounter(
            "apiserver_flowcontrol_rejected_requests_total",
            () => book().Schemas.SelectMany(static schema => schema.Counts.Refused.Where(static refused => refused.Value > 0).Select(
                refused => new Measurement<long>(refused.Value, Level(schema.Level), Schema(schema), new("reason", refused.Key)))),
            description: "Requests that were refused.");
        Gauge(book, "apiserver_flowcontrol_current_executing_requests", "Requests being served.", static level => level.Executing);
        Gauge(book, "apiserver_flowcontrol_current_inqueue_requests", "Requests waiting.", static level => level.Waiting);
        Gauge(book, "apiserver_flowcontrol_nominal_limit_seats", "Requests a level serves at once.", static level => level.Settings.Seats);
        Gauge(book, "apiserver_flowcontrol_current_limit_seats", "Requests a level serves at once at the moment.", static level => level.Settings.Seats);
    }

    public void Waited(Turn turn, TimeSpan wait) => _waits.Record(
        wait.TotalSeconds, Level(turn.Level), Schema(turn.Schema), new("execute", turn.Refusal is null ? "true" : "false"));

    private void Gauge(Func<FlowBook> book, string name, string description, Func<PriorityLevel, int> read) => _meter.CreateObservableGauge(
        name, () => book().Levels.Select(level => new Measurement<int>(read(level), Level(level))), description: description);

    private static KeyValuePair<string, object?> Level(PriorityLevel level) => new("priority_level", level.Name);

    private static KeyValuePair<string, object?> Schema(FlowSchema schema) => new("flow_schema", schema.Name);
}
