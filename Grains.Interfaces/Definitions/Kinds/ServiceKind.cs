using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class ServiceKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "",
        Version = "v1",
        Kind = "Service",
        Plural = "services",
        Singular = "service",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.core.v1.Service",
        ShortNames = ["svc"],
        Categories = ["all"],
        Subresources = [new() { Name = "proxy", Kind = "ServiceProxyOptions", Verbs = ["create", "delete", "get", "patch", "update"] }, new() { Name = "status", Kind = "Service" }],
        SelectableFields = ["spec.clusterIP", "spec.type"],
        Columns =
        [
            Columns.Text("Type", "How the service is exposed.", static item => item.Text("spec", "type")),
            Columns.Text("Cluster-IP", "Address inside the cluster.", static item => Columns.OrNone(item.Text("spec", "clusterIP"))),
            Columns.Text("External-IP", "Addresses outside the cluster.", ExternalAddress),
            Columns.Text("Port(s)", "Ports, with the node port where there is one.", Ports),
            Columns.Age,
            Columns.Text("Selector", "Labels of the pods behind the service.", static item => Columns.FormatLabels(item.Members("spec", "selector")), priority: 1),
        ],
    };

    private static string ExternalAddress(JsonElement item)
    {
        var listed = item.Items("spec", "externalIPs").Select(static address => address.ToString());
        switch (item.Text("spec", "type"))
        {
            case "ExternalName":
                return item.Text("spec", "externalName");
            case "LoadBalancer":
                var assigned = item.Items("status", "loadBalancer", "ingress")
                    .Select(static ingress => ingress.Text("ip") is { Length: > 0 } address ? address : ingress.Text("hostname"));
                var text = string.Join(',', assigned.Concat(listed).Where(static address => address.Length > 0));
                return text.Length > 0 ? text : "<pending>";
            default:
                return Columns.OrNone(string.Join(',', listed));
        }
    }

    private static string Ports(JsonElement item) => Columns.OrNone(string.Join(',', item.Items("spec", "ports").Select(static port =>
        port.Number("nodePort") is > 0 and var nodePort
            ? string.Create(CultureInfo.InvariantCulture, $"{port.Number("port")}:{nodePort}/{port.Text("protocol")}")
            : string.Create(CultureInfo.InvariantCulture, $"{port.Number("port")}/{port.Text("protocol")}"))));
}
