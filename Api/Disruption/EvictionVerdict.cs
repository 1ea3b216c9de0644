using System.Text.Json.Nodes;
using Crescent.Resources;

namespace Crescent.Api.Disruption;

/// <summary>Whether a budget lets a pod go: a refusal, a change of the budget's status that has to come first, or neither.</summary>
internal sealed record EvictionVerdict(ResourceError? Refusal, JsonObject? Charge)
{
    public static EvictionVerdict Free { get; } = new(null, null);
}
