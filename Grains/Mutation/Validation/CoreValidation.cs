using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>The small kinds.</summary>
internal static class CoreValidation
{
    private const int DataLimit = 1024 * 1024;

    public static void ConfigMap(JsonObject item, Problems problems)
    {
        var size = 0;
        foreach (var (name, value) in item.Object("data") ?? [])
        {
            Key(name, "data", problems);
            size += Encoding.UTF8.GetByteCount(value.AsText());
        }

        foreach (var (name, value) in item.Object("binaryData") ?? [])
        {
            Key(name, "binaryData", problems);
            if (item.Object("data").Has(name))
            {
                problems.Invalid($"binaryData[{name}]", name, "duplicate of key present in data");
            }

            size += value.AsText().Length / 4 * 3;
        }

        Size(size, "", problems);
    }

    public static void Secret(JsonObject item, Problems problems)
    {
        var size = 0;
        foreach (var (name, value) in item.Object("data") ?? [])
        {
            Key(name, "data", problems);
            size += value.AsText().Length / 4 * 3;
        }

        Size(size, "data", problems);
        var (type, data) = (item.Text("type"), item.Object("data"));
        ReadOnlySpan<string> required = type switch
        {
            "kubernetes.io/dockerconfigjson" => [".dockerconfigjson"],
            "kubernetes.io/dockercfg" => [".dockercfg"],
            "kubernetes.io/tls" => ["tls.crt", "tls.key"],
            "kubernetes.io/ssh-auth" => ["ssh-privatekey"],
            _ => [],
        };
        foreach (var name in required)
        {
            if (!data.Has(name))
            {
                problems.Required($"data[{name}]");
            }
        }

        foreach (var name in (ReadOnlySpan<string>)[".dockerconfigjson", ".dockercfg"])
        {
            if (required.Contains(name) && data.Has(name) && !IsJson(data.Text(name)))
            {
                problems.Invalid($"data[{name}]", "<secret contents redacted>", "invalid character: the value is no JSON object");
            }
        }

        if (type == "kubernetes.io/service-account-token" && item.Object("metadata", "annotations").Text("kubernetes.io/service-account.name").Length == 0)
        {
            problems.Required("metadata.annotations[kubernetes.io/service-account.name]");
        }

        if (type == "kubernetes.io/basic-auth" && !data.Has("username") && !data.Has("password"))
        {
            problems.Required("data[username]");
            problems.Required("data[password]");
        }
    }

    /// <summary>Immutable data stays, and immutability with it.</summary>
    public static void DataUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        if (!old.Flag("immutable"))
        {
            return;
        }

        if (!updated.Flag("immutable"))
        {
            problems.Forbidden("immutable", "field is immutable when `immutable` is set");
        }

        foreach (var name in (ReadOnlySpan<string>)["data", "binaryData"])
        {
            if (!updated[name].SameAs(old[name]))
            {
                problems.Forbidden(name, "field is immutable when `immutable` is set");
            }
        }
    }

    public static void SecretUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        if (updated.Text("type") != old.Text("type"))
        {
            problems.Invalid("type", updated.Text("type"), "field is immutable");
        }

        DataUpdate(updated, old, problems);
    }

    public static void PriorityClass(JsonObject item, Problems problems)
    {
        var name = item.Object("metadata").Text("name");
        var value = item.Integer("value") ?? 0;
        if (name.StartsWith("system-", StringComparison.Ordinal) && name is not ("system-cluster-critical" or "system-node-critical"))
        {
            problems.Forbidden("metadata.name", "priority class names with 'system-' prefix are reserved for system use only");
        }
        else if (!name.StartsWith("system-", StringComparison.Ordinal) && value > 1_000_000_000)
        {
            problems.Forbidden("value", "maximum allowed value of a user defined priority is 1000000000");
        }

        problems.OneOf(item, "preemptionPolicy", "", "Never", "PreemptLowerPriority");
    }

    public static void PriorityClassUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        if ((updated.Integer("value") ?? 0) != (old.Integer("value") ?? 0))
        {
            problems.Forbidden("value", "may not be changed in an update.");
        }

        if (updated.Text("preemptionPolicy") != old.Text("preemptionPolicy"))
        {
            problems.Invalid("preemptionPolicy", updated.Text("preemptionPolicy"), "field is immutable");
        }
    }

    public static void Namespace(JsonObject item, Problems problems) => MetadataValidation.Finalizers(item.Object("spec"), "spec", problems);

    public static void Node(JsonObject node, Problems problems)
    {
        var seen = new HashSet<(string, string)>();
        var index = 0;
        foreach (var block in node.Object("spec").Texts("podCIDRs"))
        {
            AddressText.Block(block, $"spec.podCIDRs[{index++}]", problems);
        }

        index = 0;
        foreach (var taint in node.Object("spec").Objects("taints"))
        {
            var at = $"spec.taints[{index++}]";
            if (NameRules.QualifiedName(taint.Text("key")) is { } problem)
            {
                problems.Invalid($"{at}.key", taint.Text("key"), problem);
            }

            if (NameRules.LabelValue(taint.Text("value")) is { } valueProblem)
            {
                problems.Invalid($"{at}.value", taint.Text("value"), valueProblem);
            }

            if (taint.Text("effect").Length == 0)
            {
                problems.Required($"{at}.effect");
            }

            problems.OneOf(taint, "effect", at, "NoExecute", "NoSchedule", "PreferNoSchedule");
            if (!seen.Add((taint.Text("key"), taint.Text("effect"))))
            {
                problems.Duplicate(at, taint.DeepClone());
            }
        }
    }

    /// <summary>What a node was given stays; of the rest of its spec only taints and cordoning change.</summary>
    public static void NodeUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        var (spec, before) = ((JsonObject?)updated.Object("spec")?.DeepClone() ?? [], old.Object("spec"));
        if (before.Array("podCIDRs") is { Count: > 0 } && !spec["podCIDRs"].SameAs(before!["podCIDRs"]))
        {
            problems.Forbidden("spec.podCIDRs", "node updates may not change podCIDR except from \"\" to valid");
        }

        if (before.Text("providerID") is { Length: > 0 } provider && spec.Text("providerID") != provider)
        {
            problems.Forbidden("spec.providerID", "node updates may not change providerID except from \"\" to valid");
        }

        foreach (var name in (ReadOnlySpan<string>)["taints", "unschedulable", "podCIDR", "podCIDRs", "providerID", "configSource"])
        {
            spec.CopyFrom(before, name);
        }

        if (!spec.SameAs(before ?? []))
        {
            problems.Forbidden("spec", "node updates may only change labels, taints, or capacity (or configSource, if the DynamicKubeletConfig feature gate is enabled)");
        }
    }

    public static void Lease(JsonObject lease, Problems problems)
    {
        if (lease.Object("spec").Integer("leaseDurationSeconds") is <= 0 and var duration)
        {
            problems.Invalid("spec.leaseDurationSeconds", duration, "must be greater than 0");
        }

        problems.NonNegative(lease.Object("spec"), "leaseTransitions", "spec");
    }

    private static bool IsJson(string encoded)
    {
        var bytes = new byte[encoded.Length];
        if (!Convert.TryFromBase64String(encoded, bytes, out var length))
        {
            return false;
        }

        var reader = new Utf8JsonReader(bytes.AsSpan(0, length));
        try
        {
            return reader.Read() && reader.TokenType == JsonTokenType.StartObject && reader.TrySkip();
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static void Key(string name, string list, Problems problems)
    {
        if (NameRules.ConfigKey(name) is { } problem)
        {
            problems.Invalid($"{list}[{name}]", name, problem);
        }
    }

    private static void Size(int size, string field, Problems problems)
    {
        if (size > DataLimit)
        {
            problems.TooLong(field, DataLimit);
        }
    }
}
