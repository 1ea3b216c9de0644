using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class EndpointsKind
{
    private const int Shown = 3;

    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Endpoints",
        Plural = "endpoints",
        Singular = "endpoints",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.Endpoints",
        ShortNames = ["ep"],
        Columns =
        [
            Columns.Text("Endpoints", "Ready addresses with their ports.", Format),
            Columns.Age,
        ],
    };

    private static string Format(JsonElement item)
    {
        var all = item.Items("subsets").SelectMany(Pairs).ToList();
        var text = string.Join(',', all.Take(Shown));
        return all.Count > Shown
            ? string.Create(CultureInfo.InvariantCulture, $"{text} + {all.Count - Shown} more...")
            : Columns.OrNone(text);
    }

    private static IEnumerable<string> Pairs(JsonElement subset)
    {
        var addresses = subset.Items("addresses").Select(static address => address.Text("ip"));
        var ports = subset.Items("ports").ToList();
        return ports.Count == 0 ? addresses : ports.SelectMany(_ => addresses, static (port, address) => address.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{address}]:{port.Number("port")}")
            : string.Create(CultureInfo.InvariantCulture, $"{address}:{port.Number("port")}"));
    }
}
