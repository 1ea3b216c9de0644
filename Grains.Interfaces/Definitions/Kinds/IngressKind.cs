using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class IngressKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "networking.k8s.io",
        Version = "v1",
        Kind = "Ingress",
        Plural = "ingresses",
        Singular = "ingress",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.networking.v1.Ingress",
        ShortNames = ["ing"],
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "Ingress" }],
        Columns =
        [
            Columns.Text("Class", "Class of the ingress.", static item => Columns.OrNone(item.Text("spec", "ingressClassName"))),
            Columns.Text("Hosts", "Hosts the ingress answers for.", Hosts),
            Columns.Text("Address", "Where the ingress is reached.", Address),
            Columns.Text("Ports", "Ports the ingress is reached at.", static item => item.Items("spec", "tls").Any() ? "80, 443" : "80"),
            Columns.Age,
        ],
    };

    private static string Hosts(JsonElement item)
    {
        var rules = item.Items("spec", "rules").ToList();
        var hosts = rules.Take(3).Select(static rule => rule.Text("host")).Where(static host => host.Length > 0).ToList();
        if (hosts.Count == 0)
        {
            return "*";
        }

        var text = string.Join(',', hosts);
        return rules.Count > 3 ? string.Create(CultureInfo.InvariantCulture, $"{text} + {rules.Count - 3} more...") : text;
    }

    private static string Address(JsonElement item) => string.Join(',', item.Items("status", "loadBalancer", "ingress")
        .Select(static entry => entry.Text("ip") is { Length: > 0 } address ? address : entry.Text("hostname"))
        .Where(static address => address.Length > 0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
}
