namespace Crescent.Chaos.History;

/// <summary>One request of one client. Times are ticks of one clock for the whole history.</summary>
internal sealed record Operation
{
    /// <summary>What <see cref="Returned"/> says of an operation that may take effect at any time.</summary>
    public const long Never = long.MaxValue;

    public required int Client { get; init; }

    /// <summary>Which server it was sent to.</summary>
    public int Server { get; init; }

    public required OperationKind Kind { get; init; }

    /// <summary>Object; empty for a list.</summary>
    public string Name { get; init; } = "";

    public required long Invoked { get; init; }

    public required long Returned { get; init; }

    public required OperationOutcome Outcome { get; init; }

    /// <summary>The unique value this write puts into <c>data</c>.</summary>
    public string? Token { get; init; }

    /// <summary>Replace: the version it was made for.</summary>
    public long Expected { get; init; }

    /// <summary>Answer of a create, replace, patch or get. Of a delete only the uid is known.</summary>
    public ObjectState? State { get; init; }

    /// <summary>List: metadata.resourceVersion of the list.</summary>
    public long ListVersion { get; init; }

    /// <summary>List: its items.</summary>
    public IReadOnlyList<ObjectState> Items { get; init; } = [];

    /// <summary>Why it failed, for people.</summary>
    public string? Problem { get; init; }

    public bool IsWrite => Kind is OperationKind.Create or OperationKind.Replace or OperationKind.Patch or OperationKind.Delete;

    public bool IsUnknownWrite => IsWrite && Outcome == OperationOutcome.Unknown;

    /// <summary>Unknown writes have no end: they may happen after the client gave up.</summary>
    public long End => Outcome == OperationOutcome.Unknown ? Never : Returned;

    public override string ToString()
    {
        var what = Kind == OperationKind.List ? $"List @{ListVersion} ({Items.Count} items)" : $"{Kind} {Name}";
        var how = $"{(Token is null ? "" : $" {Token}")}{(Expected == 0 ? "" : $" if @{Expected}")}";
        return $"client {Client}: {what}{how} → {Outcome}{(State is null ? "" : $" {State}")}{(Problem is null ? "" : $" ({Problem})")} [{Invoked}…{Returned}]";
    }
}
