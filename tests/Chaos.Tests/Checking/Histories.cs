using Crescent.Chaos.Checking;
using Crescent.Chaos.History;

namespace Crescent.Chaos.Tests.Checking;

/// <summary>Small histories of one object called <c>a</c>, told line by line.</summary>
internal sealed class Histories
{
    private readonly List<Operation> _operations = [];
    private readonly List<WatchEvent> _events = [];
    private int _client;

    public static ObjectState State(long version, string uid, params (string Key, string Token)[] data) =>
        new("a", version, uid, data.ToDictionary(pair => pair.Key, pair => pair.Token, StringComparer.Ordinal));

    public Histories Write(
        OperationKind kind, long invoked, long returned, string token, ObjectState? state, long expected = 0,
        OperationOutcome outcome = OperationOutcome.Succeeded) => Add(new()
    {
        Client = _client++, Kind = kind, Name = "a", Invoked = invoked, Returned = returned, Outcome = outcome, Token = token, State = state,
        Expected = expected,
    });

    public Histories Unknown(OperationKind kind, long invoked, string? token, long expected = 0) => Add(new()
    {
        Client = _client++, Kind = kind, Name = "a", Invoked = invoked, Returned = invoked + 1, Outcome = OperationOutcome.Unknown, Token = token,
        Expected = expected,
    });

    public Histories Delete(long invoked, long returned, string uid) => Add(new()
    {
        Client = _client++, Kind = OperationKind.Delete, Name = "a", Invoked = invoked, Returned = returned,
        Outcome = OperationOutcome.Succeeded, State = State(0, uid),
    });

    public Histories Get(long invoked, long returned, ObjectState? state) => Add(new()
    {
        Client = _client++, Kind = OperationKind.Get, Name = "a", Invoked = invoked, Returned = returned, State = state,
        Outcome = state is null ? OperationOutcome.Absent : OperationOutcome.Succeeded,
    });

    public Histories List(long invoked, long returned, long version, params ObjectState[] items) => Add(new()
    {
        Client = _client++, Kind = OperationKind.List, Invoked = invoked, Returned = returned, Outcome = OperationOutcome.Succeeded,
        ListVersion = version, Items = items,
    });

    public Histories Watched(WatchEventKind kind, ObjectState state)
    {
        _events.Add(new(kind, state, 1));
        return this;
    }

    /// <param name="through">Version the one watcher (from version 1 on, with nothing there) reached; null: nobody watches.</param>
    /// <param name="options">Of the checker.</param>
    public ViolationKind[] Check(long? through = null, CheckOptions? options = null)
    {
        WatchSegment[] segments = through is null ? [] :
        [
            new() { Watcher = 1, Start = 1, Initial = [], Events = _events, Through = through.Value, IsLast = true },
        ];
        return [.. HistoryChecker.Check(new(_operations, segments, through ?? 0), options).Violations.Select(violation => violation.Kind).Distinct()];
    }

    private Histories Add(Operation operation)
    {
        _operations.Add(operation);
        return this;
    }
}
