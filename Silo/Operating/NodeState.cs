using System.Text.Json;

namespace Crescent.SiloHost.Operating;

/// <summary>What an operator wants to know of a node first.</summary>
internal sealed record NodeState(string Name, bool IsReady, string? Reason, string Address)
{
    public static NodeState Read(JsonElement node)
    {
        var ready = Items(node, "conditions").FirstOrDefault(condition => Text(condition, "type") == "Ready");
        var address = Items(node, "addresses").FirstOrDefault(candidate => Text(candidate, "type") == "InternalIP");
        return new(
            node.GetProperty("metadata").GetProperty("name").GetString()!,
            Text(ready, "status") == "True",
            Text(ready, "reason"),
            Text(address, "address") ?? "");
    }

    private static IEnumerable<JsonElement> Items(JsonElement node, string list) =>
        node.TryGetProperty("status", out var status) && status.TryGetProperty(list, out var items) && items.ValueKind == JsonValueKind.Array
            ? items.EnumerateArray()
            : [];

    private static string? Text(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value.GetString() : null;
}
