namespace Crescent.Grains.Reconciling;

/// <summary>What a run came to. Expected refusals are values; exceptions are treated as <see cref="Retry"/>.</summary>
internal readonly record struct ReconcileResult
{
    /// <summary>Nothing to do until something changes.</summary>
    public static ReconcileResult Done => default;

    /// <summary>Run again at once: the run left work that only waits for its own writes to be visible.</summary>
    public static ReconcileResult Again { get; } = new() { After = TimeSpan.Zero };

    /// <summary>When to look again without a nudge; null: not at all.</summary>
    public TimeSpan? After { get; private init; }

    /// <summary>Why the run could not finish; it is tried again with back-off.</summary>
    public string? Problem { get; private init; }

    /// <summary>True when trying again is useless before the object changes.</summary>
    public bool IsTerminal { get; private init; }

    /// <summary>Look again after <paramref name="delay"/> (a deadline inside the object's state).</summary>
    public static ReconcileResult LookAgain(TimeSpan? delay) =>
        new() { After = delay is { } wait && wait < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : delay };

    /// <summary>An expected refusal that may pass: quota, a conflict, a store that is away.</summary>
    public static ReconcileResult Retry(string problem) => new() { Problem = problem };

    /// <summary>The object itself is wrong; only a change of it helps.</summary>
    public static ReconcileResult Terminal(string problem) => new() { Problem = problem, IsTerminal = true };
}
