using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Admission;
using Crescent.Resources;

namespace Crescent.Grains.Mutation;

/// <summary>What the resource grain is to do. Exactly one of: refuse, keep, write, remove.</summary>
public sealed class MutationDecision
{
    /// <summary>
    /// Failed: refuse with <see cref="Error"/>. Unchanged: keep, answer the current state. Created / Updated / Deleting: write
    /// <see cref="Object"/>. Deleted: remove the row; <see cref="Object"/> is the last state to show (an update that removes the last
    /// finalizer of a deleted object ends here too).
    /// </summary>
    public required MutationOutcome Outcome { get; init; }

    /// <summary>
    /// The complete new object (apiVersion, kind and metadata first; uid, creationTimestamp and generation set). Its
    /// <c>metadata.resourceVersion</c> is filled in by the commit. Owned by the receiver.
    /// </summary>
    public JsonObject? Object { get; init; }

    public ResourceError? Error { get; init; }

    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>For the audit log, by annotation; null for nothing.</summary>
    public ImmutableDictionary<string, string>? AuditAnnotations { get; init; }

    /// <summary>The same with what admission has to say to the audit log.</summary>
    internal MutationDecision Noting(AdmissionRequest admitted) => admitted.AuditAnnotations is { } annotations
        ? new() { Outcome = Outcome, Object = Object, Error = Error, Warnings = Warnings, AuditAnnotations = annotations }
        : this;

    public static MutationDecision Refuse(ResourceError error) => new() { Outcome = MutationOutcome.Failed, Error = error };

    public static MutationDecision Keep(ImmutableArray<string> warnings = default) =>
        new() { Outcome = MutationOutcome.Unchanged, Warnings = warnings.IsDefault ? [] : warnings };

    public static MutationDecision Write(MutationOutcome outcome, JsonObject newObject, ImmutableArray<string> warnings = default) =>
        new() { Outcome = outcome, Object = newObject, Warnings = warnings.IsDefault ? [] : warnings };

    public static MutationDecision Remove(JsonObject lastState, ImmutableArray<string> warnings = default) =>
        new() { Outcome = MutationOutcome.Deleted, Object = lastState, Warnings = warnings.IsDefault ? [] : warnings };
}
