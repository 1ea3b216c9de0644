using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/dynamic-resource-allocation/">Dynamic resource allocation</see>: its
/// kinds are kept and checked.
/// </summary>
internal static class DeviceValidation
{
    private const int MostItems = 32;
    private const int MostDevices = 128;
    private const int LongestDriver = 63;
    private const int LongestExpression = 10 * 1024;
    private const string OneKind = "exactly one of `exactly` or `firstAvailable` is required";
    private const string OnePlace = "exactly one of `nodeName`, `nodeSelector`, `allNodes`, `perDeviceNodeSelection` is required";

    public static void Class(JsonObject item, Problems problems)
    {
        var spec = item.Object("spec");
        Selectors(spec, "spec", problems);
        Configurations(spec, "spec", null, problems);
    }

    public static void Claim(JsonObject item, Problems problems) => ClaimSpec(item.Object("spec"), "spec", problems);

    public static void ClaimTemplate(JsonObject item, Problems problems) => ClaimSpec(item.Object("spec", "spec"), "spec.spec", problems);

    /// <summary>What is asked for stays.</summary>
    public static void SpecUpdate(JsonObject updated, JsonObject old, Problems problems) => problems.Immutable(updated, old, "spec", "");

    public static void Slice(JsonObject item, Problems problems)
    {
        var spec = item.Object("spec");
        Driver(spec, "spec", problems);
        Pool(spec.Object("pool"), problems);
        var places = (string[])[.. ((string[])["nodeName", "nodeSelector", "allNodes", "perDeviceNodeSelection"]).Where(name => spec.Has(name))];
        if (places.Length == 0)
        {
            problems.Required("spec", OnePlace);
        }
        else if (places.Length > 1)
        {
            problems.Invalid("spec", $"{{{string.Join(", ", places.Select(static name => $"`{name}`"))}}}", $"{OnePlace}, but multiple fields are set");
        }

        if (spec.Has("allNodes") && !spec.Flag("allNodes"))
        {
            problems.Invalid("spec.allNodes", false, "must be either unset or set to true");
        }

        TooMany(spec.Array("devices"), "spec.devices", MostDevices, problems);
        var names = new HashSet<string>(StringComparer.Ordinal);
        var index = 0;
        foreach (var device in spec.Objects("devices"))
        {
            Device(device, $"spec.devices[{index++}]", names, problems);
        }
    }

    /// <summary>A slice stays in its pool and on its node.</summary>
    public static void SliceUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "driver", "spec");
        problems.Immutable(updated.Object("spec", "pool"), old.Object("spec", "pool"), "name", "spec.pool");
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "nodeName", "spec");
    }

    private static void ClaimSpec(JsonObject? spec, string path, Problems problems)
    {
        var (devices, at) = (spec.Object("devices"), $"{path}.devices");
        var known = new HashSet<string>(StringComparer.Ordinal);
        TooMany(devices.Array("requests"), $"{at}.requests", MostItems, problems);
        var index = 0;
        foreach (var request in devices.Objects("requests"))
        {
            Request(request, $"{at}.requests[{index++}]", known, problems);
        }

        Constraints(devices, at, known, problems);
        Configurations(devices, at, known, problems);
    }

    private static void Request(JsonObject request, string path, HashSet<string> known, Problems problems)
    {
        var name = request.Text("name");
        RequestName(name, path, known.Add(name), problems);
        var (exactly, alternatives) = (request.Object("exactly"), request.Array("firstAvailable"));
        switch (exactly is not null, alternatives is { Count: > 0 })
        {
            case (false, false):
                problems.Required(path, OneKind);
                break;
            case (true, true):
                problems.Invalid(path, null, $"{OneKind}, but multiple fields are set");
                break;
            case (true, false):
                Wanted(exactly!, $"{path}.exactly", problems);
                break;
            default:
                TooMany(alternatives, $"{path}.firstAvailable", 8, problems);
                var index = 0;
                foreach (var alternative in request.Objects("firstAvailable"))
                {
                    var at = $"{path}.firstAvailable[{index++}]";
                    RequestName(alternative.Text("name"), at, known.Add($"{name}/{alternative.Text("name")}"), problems);
                    Wanted(alternative, at, problems);
                }

                break;
        }
    }

    private static void RequestName(string name, string path, bool isNew, Problems problems)
    {
        if (NameRules.Label(name) is { } problem)
        {
            problems.Invalid($"{path}.name", name, problem);
        }
        else if (!isNew)
        {
            problems.Duplicate($"{path}.name", name);
        }
    }

    private static void Wanted(JsonObject wanted, string path, Problems problems)
    {
        var name = wanted.Text("deviceClassName");
        if (name.Length == 0)
        {
            problems.Required($"{path}.deviceClassName");
        }
        else if (NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid($"{path}.deviceClassName", name, problem);
        }

        Selectors(wanted, path, problems);
        var (mode, count) = (wanted.Text("allocationMode"), wanted.Integer("count") ?? 0);
        switch (mode)
        {
            case "All" when count != 0:
                problems.Invalid($"{path}.count", count, "must not be specified when allocationMode is 'All'");
                break;
            case "ExactCount" when count <= 0:
                problems.Invalid($"{path}.count", count, "must be greater than zero");
                break;
            case not ("All" or "ExactCount"):
                problems.NotSupported($"{path}.allocationMode", mode, "All", "ExactCount");
                break;
        }
    }

    private static void Selectors(JsonObject? owner, string path, Problems problems)
    {
        TooMany(owner.Array("selectors"), $"{path}.selectors", MostItems, problems);
        var index = 0;
        foreach (var selector in owner.Objects("selectors"))
        {
            var at = $"{path}.selectors[{index++}].cel";
            if (!selector.Has("cel"))
            {
                problems.Required(at);
            }
            else if (selector.Object("cel").Text("expression") is not { Length: > 0 } expression)
            {
                problems.Required($"{at}.expression");
            }
            else if (expression.Length > LongestExpression)
            {
                problems.TooLong($"{at}.expression", LongestExpression);
            }
            else if (Expressions.DeviceProblem(expression) is { } problem)
            {
                problems.Invalid($"{at}.expression", expression, problem);
            }
        }
    }

    private static void Constraints(JsonObject? devices, string path, HashSet<string> known, Problems problems)
    {
        TooMany(devices.Array("constraints"), $"{path}.constraints", MostItems, problems);
        var index = 0;
        foreach (var constraint in devices.Objects("constraints"))
        {
            var at = $"{path}.constraints[{index++}]";
            References(constraint, at, known, problems);
            if (constraint.Text("matchAttribute").Length == 0 && constraint.Text("distinctAttribute").Length == 0)
            {
                problems.Required($"{at}.matchAttribute");
            }
        }
    }

    private static void Configurations(JsonObject? owner, string path, HashSet<string>? known, Problems problems)
    {
        TooMany(owner.Array("config"), $"{path}.config", MostItems, problems);
        var index = 0;
        foreach (var configuration in owner.Objects("config"))
        {
            var at = $"{path}.config[{index++}]";
            if (known is not null)
            {
                References(configuration, at, known, problems);
            }

            if (configuration.Object("opaque") is not { } opaque)
            {
                problems.Required($"{at}.opaque");
                continue;
            }

            Driver(opaque, $"{at}.opaque", problems);
            if (!opaque.Has("parameters"))
            {
                problems.Required($"{at}.opaque.parameters");
            }
        }
    }

    private static void References(JsonObject owner, string path, HashSet<string> known, Problems problems)
    {
        var index = 0;
        foreach (var name in owner.Texts("requests"))
        {
            if (!known.Contains(name))
            {
                problems.Invalid($"{path}.requests[{index}]", name, "must be the name of a request in the claim or the name of a request and a subrequest separated by '/'");
            }

            index++;
        }
    }

    private static void Driver(JsonObject? owner, string path, Problems problems)
    {
        var driver = owner.Text("driver");
        if (driver.Length == 0)
        {
            problems.Required($"{path}.driver");
        }
        else if (driver.Length > LongestDriver)
        {
            problems.TooLong($"{path}.driver", LongestDriver);
        }
        else if (NameRules.Subdomain(driver) is { } problem)
        {
            problems.Invalid($"{path}.driver", driver, problem);
        }
    }

    private static void Pool(JsonObject? pool, Problems problems)
    {
        var name = pool.Text("name");
        if (name.Length == 0)
        {
            problems.Required("spec.pool.name");
        }
        else if (name.Split('/').Select(NameRules.Subdomain).FirstOrDefault(static problem => problem is not null) is { } problem)
        {
            problems.Invalid("spec.pool.name", name, problem);
        }

        if ((pool.Integer("resourceSliceCount") ?? 0) is <= 0 and var count)
        {
            problems.Invalid("spec.pool.resourceSliceCount", count, "must be greater than zero");
        }

        if (pool.Integer("generation") is < 0 and var generation)
        {
            problems.Invalid("spec.pool.generation", generation, "must be greater than or equal to zero");
        }
    }

    private static void Device(JsonObject device, string path, HashSet<string> names, Problems problems)
    {
        var name = device.Text("name");
        RequestName(name, path, names.Add(name), problems);
        foreach (var (key, value) in device.Object("attributes") ?? [])
        {
            if (value is not JsonObject { Count: > 0 } values)
            {
                problems.Required($"{path}.attributes[{key}]", "exactly one value must be specified");
            }
            else if (values.Count > 1)
            {
                problems.Invalid($"{path}.attributes[{key}]", values.DeepClone(), "exactly one value must be specified");
            }
        }
    }

    private static void TooMany(JsonArray? items, string path, int most, Problems problems)
    {
        if (items?.Count > most)
        {
            problems.TooMany(path, items.Count, most);
        }
    }
}
