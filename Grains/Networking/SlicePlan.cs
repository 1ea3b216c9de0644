using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Networking;

/// <summary>What to write so that the slices of a Service show its endpoints.</summary>
internal sealed record SlicePlan
{
    /// <summary>Complete slices without a name.</summary>
    public ImmutableArray<JsonObject> Create { get; init; } = [];

    /// <summary>Slices whose labels, ports or endpoints change, with the merge patch; it replaces lists, so the version is a precondition.</summary>
    public ImmutableArray<(ResourceSnapshot Slice, JsonObject Patch)> Update { get; init; } = [];

    public ImmutableArray<ResourceSnapshot> Delete { get; init; } = [];
}
