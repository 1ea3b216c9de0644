using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class JobKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "batch",
        Version = "v1",
        Kind = "Job",
        Plural = "jobs",
        Singular = "job",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.batch.v1.Job",
        Categories = ["all"],
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "Job" }],
        SelectableFields = [new SelectableField { Label = "status.successful", Paths = ["status.succeeded"], Absent = "0" }],
        Columns =
        [
            Columns.Text("Status", "How the job stands.", Status),
            Columns.Text("Completions", "Succeeded pods of the wanted number.", Completions),
            new("Duration", "string", "How long the job has run.", Duration),
            Columns.Age,
            Columns.Containers,
            Columns.Images,
            Columns.LabelSelector,
        ],
    };

    private static string Status(JsonElement item)
    {
        foreach (var type in (ReadOnlySpan<string>)["Complete", "Failed"])
        {
            if (Holds(item, type))
            {
                return type;
            }
        }

        return item.Has("metadata", "deletionTimestamp") ? "Terminating"
            : Holds(item, "Suspended") ? "Suspended"
            : Holds(item, "FailureTarget") ? "FailureTarget"
            : Holds(item, "SuccessCriteriaMet") ? "SuccessCriteriaMet" : "Running";
    }

    private static bool Holds(JsonElement item, string type) => item.Items("status", "conditions").Any(
        condition => condition.Text("type") == type && condition.Text("status") == "True");

    private static string Completions(JsonElement item)
    {
        var succeeded = item.Number("status", "succeeded");
        return item.Has("spec", "completions")
            ? string.Create(CultureInfo.InvariantCulture, $"{succeeded}/{item.Number("spec", "completions")}")
            : item.Number("spec", "parallelism") is > 1 and var parallelism
                ? string.Create(CultureInfo.InvariantCulture, $"{succeeded}/1 of {parallelism}")
                : string.Create(CultureInfo.InvariantCulture, $"{succeeded}/1");
    }

    private static object Duration(JsonElement item, DateTimeOffset now) =>
        item.Time("status", "startTime") is { } start ? HumanDuration.Format((item.Time("status", "completionTime") ?? now) - start) : "";
}
