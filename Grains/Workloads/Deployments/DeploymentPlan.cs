using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>What to do for a Deployment now; the sizes and annotations to write stand in the revisions themselves.</summary>
internal sealed record DeploymentPlan
{
    /// <summary>A revision to create.</summary>
    public NewRevision? Create { get; init; }

    /// <summary>Revisions whose size or annotations change.</summary>
    public ImmutableArray<RevisionFacts> Update { get; init; } = [];

    /// <summary>Old, empty revisions past the history limit.</summary>
    public ImmutableArray<RevisionFacts> Delete { get; init; } = [];

    /// <summary>Value for the Deployment's revision annotation; null to leave it.</summary>
    public string? Revision { get; init; }

    /// <summary>Merge patch of the status; null when it already says so.</summary>
    public JsonObject? Status { get; init; }

    /// <summary>When the progress deadline passes.</summary>
    public TimeSpan? LookAgain { get; init; }
}
