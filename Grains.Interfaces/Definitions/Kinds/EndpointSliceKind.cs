using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class EndpointSliceKind
{
    private const int Shown = 3;

    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "discovery.k8s.io",
        Version = "v1",
        Kind = "EndpointSlice",
        Plural = "endpointslices",
        Singular = "endpointslice",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.discovery.v1.EndpointSlice",
        HasGeneration = true,
        Columns =
        [
            Columns.Text("AddressType", "IPv4, IPv6 or FQDN.", static item => item.Text("addressType")),
            Columns.Text("Ports", "Ports of every endpoint.", static item => Format(item.Items("ports").Select(Port))),
            Columns.Text("Endpoints", "Addresses.", static item => Format(
                item.Items("endpoints").SelectMany(static endpoint => endpoint.Items("addresses")).Select(static address => address.ToString()))),
            Columns.Age,
        ],
    };

    private static string Port(JsonElement port) =>
        port.Has("port") ? port.Number("port").ToString(CultureInfo.InvariantCulture)
        : port.Text("name") is { Length: > 0 } name ? name : "*";

    private static string Format(IEnumerable<string> values)
    {
        var all = values.ToList();
        if (all.Count == 0)
        {
            return "<unset>";
        }

        var text = string.Join(',', all.Take(Shown));
        return all.Count > Shown ? string.Create(CultureInfo.InvariantCulture, $"{text} + {all.Count - Shown} more...") : text;
    }
}
