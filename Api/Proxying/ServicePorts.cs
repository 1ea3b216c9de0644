using System.Globalization;
using System.Text.Json;

namespace Crescent.Api.Proxying;

/// <summary>Reads ports of Services and endpoints of EndpointSlices.</summary>
internal static class ServicePorts
{
    /// <summary>
    /// The name of the port that is asked for by number or name; without one, the unnamed port or the only one. False: no such port.
    /// </summary>
    public static bool TryName(ReadOnlyMemory<byte> service, string asked, out string name)
    {
        name = asked;
        using var document = JsonDocument.Parse(service);
        if (!document.RootElement.GetProperty("spec").TryGetProperty("ports", out var ports))
        {
            return false;
        }

        var isNumber = int.TryParse(asked, NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        foreach (var port in ports.EnumerateArray())
        {
            var own = Text(port, "name");
            if (isNumber ? port.GetProperty("port").GetInt32() == number : own == asked)
            {
                name = own;
                return true;
            }
        }

        if (asked.Length == 0 && ports.GetArrayLength() == 1)
        {
            name = Text(ports[0], "name");
            return true;
        }

        return false;
    }

    /// <summary>Adds the slice's ready endpoints with a port of this name, when it is the service's.</summary>
    public static void Collect(ReadOnlyMemory<byte> slice, string label, string service, string portName, List<ServiceEndpoint> into)
    {
        using var document = JsonDocument.Parse(slice);
        var root = document.RootElement;
        if (!root.GetProperty("metadata").TryGetProperty("labels", out var labels) || Text(labels, label) != service
            || !root.TryGetProperty("ports", out var ports) || ports.ValueKind != JsonValueKind.Array
            || !root.TryGetProperty("endpoints", out var endpoints) || endpoints.ValueKind != JsonValueKind.Array)
        {
            return;
        }

        foreach (var port in ports.EnumerateArray())
        {
            if (Text(port, "name") != portName || !port.TryGetProperty("port", out var number))
            {
                continue;
            }

            foreach (var endpoint in endpoints.EnumerateArray().Where(IsReady))
            {
                var target = endpoint.TryGetProperty("targetRef", out var reference) && Text(reference, "kind") == "Pod" ? Text(reference, "name") : "";
                into.Add(new(endpoint.GetProperty("addresses")[0].GetString()!, number.GetInt32(), target));
            }
        }
    }

    private static bool IsReady(JsonElement endpoint) =>
        !endpoint.TryGetProperty("conditions", out var conditions) || !conditions.TryGetProperty("ready", out var ready) || ready.ValueKind != JsonValueKind.False;

    private static string Text(JsonElement item, string name) =>
        item.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : string.Empty;
}
