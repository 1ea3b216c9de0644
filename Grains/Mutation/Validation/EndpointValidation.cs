using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Endpoints and EndpointSlices.</summary>
internal static class EndpointValidation
{
    private const int MostEndpoints = 1000;
    private const int MostAddresses = 100;

    public static void Endpoints(JsonObject endpoints, Problems problems)
    {
        var index = 0;
        foreach (var subset in endpoints.Objects("subsets"))
        {
            var at = $"subsets[{index++}]";
            if (subset.Array("addresses") is not { Count: > 0 } && subset.Array("notReadyAddresses") is not { Count: > 0 })
            {
                problems.Required(at, "must specify `addresses` or `notReadyAddresses`");
            }

            foreach (var list in (ReadOnlySpan<string>)["addresses", "notReadyAddresses"])
            {
                Addresses(subset, list, at, problems);
            }

            var (port, count) = (0, subset.Array("ports")?.Count ?? 0);
            foreach (var item in subset.Objects("ports"))
            {
                SubsetPort(item, count > 1, $"{at}.ports[{port++}]", problems);
            }
        }
    }

    public static void Slice(JsonObject slice, Problems problems)
    {
        var type = slice.Text("addressType");
        if (type.Length == 0)
        {
            problems.Required("addressType");
        }

        problems.OneOf(slice, "addressType", "", "FQDN", "IPv4", "IPv6");
        if (slice.Array("endpoints")?.Count > MostEndpoints)
        {
            problems.TooMany("endpoints", slice.Array("endpoints")!.Count, MostEndpoints);
        }

        var index = 0;
        foreach (var endpoint in slice.Objects("endpoints"))
        {
            Endpoint(endpoint, type, $"endpoints[{index++}]", problems);
        }

        SlicePorts(slice, problems);
    }

    public static void SliceUpdate(JsonObject updated, JsonObject old, Problems problems) => problems.Immutable(updated, old, "addressType", "");

    private static void Addresses(JsonObject subset, string list, string path, Problems problems)
    {
        var index = 0;
        foreach (var address in subset.Objects(list))
        {
            var at = $"{path}.{list}[{index++}]";
            AddressText.Endpoint(address.Text("ip"), $"{at}.ip", problems);
            if (address.Text("hostname") is { Length: > 0 } host && NameRules.Label(host) is { } problem)
            {
                problems.Invalid($"{at}.hostname", host, problem);
            }

            if (address.Text("nodeName") is { Length: > 0 } node && NameRules.Subdomain(node) is { } nodeProblem)
            {
                problems.Invalid($"{at}.nodeName", node, nodeProblem);
            }
        }
    }

    private static void SubsetPort(JsonObject port, bool needsName, string path, Problems problems)
    {
        if (port.Text("name") is { Length: > 0 } name)
        {
            if (NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{path}.name", name, problem);
            }
        }
        else if (needsName)
        {
            problems.Required($"{path}.name");
        }

        if ((port.Integer("port") ?? 0) is (< 1 or > 65535) and var number)
        {
            problems.Invalid($"{path}.port", number, "must be between 1 and 65535, inclusive");
        }

        problems.OneOf(port, "protocol", path, "SCTP", "TCP", "UDP");
    }

    private static void Endpoint(JsonObject endpoint, string type, string path, Problems problems)
    {
        var addresses = endpoint.Texts("addresses").ToList();
        if (addresses.Count == 0)
        {
            problems.Required($"{path}.addresses", "must contain at least 1 address");
        }
        else if (addresses.Count > MostAddresses)
        {
            problems.TooMany($"{path}.addresses", addresses.Count, MostAddresses);
        }

        for (var index = 0; index < addresses.Count; index++)
        {
            var (text, at) = (addresses[index], $"{path}.addresses[{index}]");
            switch (type)
            {
                case "FQDN" when NameRules.Subdomain(text) is { } problem:
                    problems.Invalid(at, text, problem);
                    break;
                case "IPv4" or "IPv6":
                    if (AddressText.TryParse(text, out var address)
                        && (address.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork) != (type == "IPv4"))
                    {
                        problems.Invalid(at, text, type == "IPv4" ? "must be an IPv4 address" : "must be an IPv6 address");
                    }
                    else
                    {
                        AddressText.Endpoint(text, at, problems);
                    }

                    break;
            }
        }

        if (endpoint.Text("hostname") is { Length: > 0 } host && NameRules.Label(host) is { } hostProblem)
        {
            problems.Invalid($"{path}.hostname", host, hostProblem);
        }

        if (endpoint.Text("nodeName") is { Length: > 0 } node && NameRules.Subdomain(node) is { } nodeProblem)
        {
            problems.Invalid($"{path}.nodeName", node, nodeProblem);
        }
    }

    private static void SlicePorts(JsonObject slice, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var port in slice.Objects("ports"))
        {
            var (at, name) = ($"ports[{index++}]", port.Text("name"));
            if (name.Length > 0 && NameRules.Label(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }

            if (!names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }

            ContainerValidation.Port(port, "port", at, problems);
            problems.OneOf(port, "protocol", at, "SCTP", "TCP", "UDP");
        }
    }
}
