using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class FlowSchemaKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "flowcontrol.apiserver.k8s.io",
        Version = "v1",
        Kind = "FlowSchema",
        Plural = "flowschemas",
        Singular = "flowschema",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.flowcontrol.v1.FlowSchema",
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "FlowSchema" }],
        Columns =
        [
            Columns.Text("PriorityLevel", "Level of the matching requests.", static item => item.Text("spec", "priorityLevelConfiguration", "name")),
            Columns.Integer("MatchingPrecedence", "Lower is matched first.", static item => item.Number("spec", "matchingPrecedence")),
            Columns.Text("DistinguisherMethod", "What tells flows apart.", static item => Columns.OrNone(item.Text("spec", "distinguisherMethod", "type"))),
            Columns.Age,
            Columns.Text("MissingPL", "Whether the level is missing.", MissingLevel),
        ],
    };

    private static string MissingLevel(JsonElement item) =>
        item.Items("status", "conditions").FirstOrDefault(static condition => condition.Text("type") == "Dangling").Text("status") is { Length: > 0 } status
            ? status : "?";
}
