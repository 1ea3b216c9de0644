using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class IPAddressKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "networking.k8s.io",
        Version = "v1",
        Kind = "IPAddress",
        Plural = "ipaddresses",
        Singular = "ipaddress",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.networking.v1.IPAddress",
        ShortNames = ["ip"],
        HasGeneration = true,
        Columns =
        [
            Columns.Text("ParentRef", "Object that holds the address.", Parent),
            Columns.Age,
        ],
    };

    private static string Parent(JsonElement item)
    {
        var reference = item.At("spec", "parentRef");
        string[] parts = [reference.Text("group"), reference.Text("resource"), reference.Text("namespace"), reference.Text("name")];
        var text = string.Join('/', parts.Where((part, index) => part.Length > 0 && index > 0));
        return parts[0].Length == 0 ? text : $"{parts[1]}.{parts[0]}/{string.Join('/', parts.Skip(2).Where(static part => part.Length > 0))}";
    }
}
