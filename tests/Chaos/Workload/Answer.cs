using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>What a client learnt. Fields as in <see cref="Operation"/>.</summary>
internal sealed record Answer(OperationOutcome Outcome)
{
    public ObjectState? State { get; init; }

    public long ListVersion { get; init; }

    public IReadOnlyList<ObjectState> Items { get; init; } = [];

    public string? Problem { get; init; }

    public static Answer Unknown(string problem) => new(OperationOutcome.Unknown) { Problem = problem };
}
