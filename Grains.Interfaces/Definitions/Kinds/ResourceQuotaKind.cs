using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class ResourceQuotaKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "ResourceQuota",
        Plural = "resourcequotas",
        Singular = "resourcequota",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.ResourceQuota",
        ShortNames = ["quota"],
        Subresources = [new() { Name = "status", Kind = "ResourceQuota" }],
        Columns =
        [
            Columns.Text("Request", "What is used of what may be requested.", static item => Usage(item, ofLimits: false)),
            Columns.Text("Limit", "What is used of what may be limited.", static item => Usage(item, ofLimits: true)),
            Columns.Age,
        ],
    };

    private static string Usage(JsonElement item, bool ofLimits) => string.Join(", ", item.Members("status", "hard")
        .Where(hard => hard.Name.StartsWith("limits", StringComparison.Ordinal) == ofLimits)
        .OrderBy(static hard => hard.Name, StringComparer.Ordinal)
        .Select(hard => $"{hard.Name}: {Used(item, hard.Name)}/{hard.Value}"));

    private static string Used(JsonElement item, string name) => item.Text("status", "used", name) is { Length: > 0 } used ? used : "0";
}
