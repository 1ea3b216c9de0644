using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class PriorityLevelConfigurationKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "flowcontrol.apiserver.k8s.io",
        Version = "v1",
        Kind = "PriorityLevelConfiguration",
        Plural = "prioritylevelconfigurations",
        Singular = "prioritylevelconfiguration",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.flowcontrol.v1.PriorityLevelConfiguration",
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "PriorityLevelConfiguration" }],
        Columns =
        [
            Columns.Text("Type", "Limited or Exempt.", static item => item.Text("spec", "type")),
            Columns.Text("NominalConcurrencyShares", "Share of the concurrency.", static item => Columns.IntOrText(Shares(item), Columns.None)),
            Columns.Text("Queues", "Number of queues.", static item => Queuing(item, "queues")),
            Columns.Text("HandSize", "Queues of one flow.", static item => Queuing(item, "handSize")),
            Columns.Text("QueueLengthLimit", "Requests in one queue.", static item => Queuing(item, "queueLengthLimit")),
            Columns.Age,
        ],
    };

    private static JsonElement Shares(JsonElement item) =>
        item.At("spec", item.Text("spec", "type") == "Exempt" ? "exempt" : "limited", "nominalConcurrencyShares");

    private static string Queuing(JsonElement item, string field) =>
        Columns.IntOrText(item.At("spec", "limited", "limitResponse", "queuing", field), Columns.None);
}
