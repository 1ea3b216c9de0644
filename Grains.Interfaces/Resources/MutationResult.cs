using System.Collections.Immutable;

namespace Crescent.Resources;

/// <summary>Answer of <see cref="IResourceBucketGrain"/> to a mutation. Acknowledged only after the commit is durable and below the frontier.</summary>
[GenerateSerializer, Immutable, Alias("resources.MutationResult")]
public sealed class MutationResult
{
    [Id(0)] public required MutationOutcome Outcome { get; init; }

    /// <summary>State after the mutation (the would-be state under dry run); null only when failed.</summary>
    [Id(1)] public ResourceSnapshot? Snapshot { get; init; }

    /// <summary>Why it was refused.</summary>
    [Id(2)] public ResourceError? Error { get; init; }

    /// <summary>Texts for <c>Warning: 299</c> headers, e.g. <c>unknown field "spec.foo"</c>.</summary>
    [Id(3)] public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>What the audit log is to note of the decision, by annotation; null for nothing.</summary>
    [Id(4)] public ImmutableDictionary<string, string>? AuditAnnotations { get; init; }

    /// <summary>True unless refused.</summary>
    public bool IsSuccess => Outcome != MutationOutcome.Failed;

    public static MutationResult Failed(ResourceError error) => new() { Outcome = MutationOutcome.Failed, Error = error };

    public static MutationResult Of(MutationOutcome outcome, ResourceSnapshot snapshot, ImmutableArray<string> warnings = default) =>
        new() { Outcome = outcome, Snapshot = snapshot, Warnings = warnings.IsDefault ? [] : warnings };

    /// <summary>The same with something for the audit log.</summary>
    public MutationResult Noting(ImmutableDictionary<string, string>? annotations) => annotations is null
        ? this : new() { Outcome = Outcome, Snapshot = Snapshot, Error = Error, Warnings = Warnings, AuditAnnotations = annotations };
}
