using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Scheduling;

namespace Crescent.Grains.Scheduling.Framework;

/// <summary>Reads node selectors out of stored bodies.</summary>
internal static class NodeSelectorReader
{
    public static NodeSelectorTerm Term(JsonElement term) => new(
        [.. term.At("matchExpressions").Items().Select(Requirement)], [.. term.At("matchFields").Items().Select(Requirement)]);

    private static NodeRequirement Requirement(JsonElement expression) => new(
        expression.At("key").Text() ?? "", expression.At("operator").Text() ?? "",
        [.. expression.At("values").Items().Select(static value => value.Text() ?? "")]);
}
