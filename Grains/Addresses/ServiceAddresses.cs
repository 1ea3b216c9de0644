using System.Text.Json;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Grains.Addresses;

/// <summary>Reads the addresses and node ports out of stored services.</summary>
internal static class ServiceAddresses
{
    /// <summary>Address or decimal port → owner and uid.</summary>
    public static Dictionary<string, (string Owner, string Uid)> InUse(IEnumerable<ResourceSnapshot> services)
    {
        var used = new Dictionary<string, (string, string)>(StringComparer.Ordinal);
        foreach (var service in services)
        {
            using var body = JsonDocument.Parse(service.Body);
            var owner = (OwnerOf(service), service.Uid);
            if (body.RootElement.Text("spec", "clusterIP") is { Length: > 0 } address and not "None")
            {
                used[address] = owner;
            }

            foreach (var port in NodePorts(body.RootElement))
            {
                used[port.ToString(System.Globalization.CultureInfo.InvariantCulture)] = owner;
            }
        }

        return used;
    }

    public static string OwnerOf(ResourceSnapshot service) => $"{service.Key.Namespace}/{service.Key.Name}";

    public static IEnumerable<long> NodePorts(JsonElement service) =>
        service.Items("spec", "ports").Select(static port => port.Number("nodePort")).Append(service.Number("spec", "healthCheckNodePort"))
            .Where(static port => port > 0);
}
