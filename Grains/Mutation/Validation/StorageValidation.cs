using System.Text.Json.Nodes;
using Crescent.Schema;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Volumes, claims, classes and attachments.</summary>
internal static class StorageValidation
{
    private static readonly HashSet<string> NoSources = new(StringComparer.Ordinal)
    {
        "accessModes", "capacity", "claimRef", "persistentVolumeReclaimPolicy", "storageClassName", "mountOptions", "volumeMode", "nodeAffinity",
        "volumeAttributesClassName",
    };

    public static void Volume(JsonObject volume, Problems problems)
    {
        var spec = volume.Object("spec");
        AccessModes(spec, "", problems);
        if (spec.Object("capacity") is not { Count: > 0 })
        {
            problems.Required("spec.capacity");
        }
        else if (spec.Object("capacity") is not { Count: 1 } capacity || !capacity.ContainsKey("storage"))
        {
            problems.NotSupported("spec.capacity", string.Join(',', spec.Object("capacity")!.Select(static item => item.Key)), "storage");
        }
        else if (!QuantityText.TryParseNano(capacity.Text("storage"), out var size) || size.Sign <= 0)
        {
            problems.Invalid("spec.capacity[storage]", capacity.Text("storage"), "must be greater than zero");
        }

        problems.OneOf(spec, "persistentVolumeReclaimPolicy", "spec", "Delete", "Recycle", "Retain");
        problems.OneOf(spec, "volumeMode", "spec", "Block", "Filesystem");
        var sources = Sources(spec);
        if (sources.Count == 0)
        {
            problems.Required("spec", "must specify a volume type");
        }

        foreach (var source in sources.Skip(1))
        {
            problems.Forbidden($"spec.{source}", "may not specify more than 1 volume type");
        }

        if (spec.Object("hostPath") is { } hostPath && hostPath.Text("path").Length == 0)
        {
            problems.Required("spec.hostPath.path");
        }

        if (spec.Object("local") is { } local)
        {
            if (local.Text("path").Length == 0)
            {
                problems.Required("spec.local.path");
            }

            if (!spec.Has("nodeAffinity"))
            {
                problems.Required("spec.nodeAffinity", "Local volume requires node affinity");
            }
        }
    }

    public static void VolumeUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        var (spec, before) = (updated.Object("spec"), old.Object("spec"));
        if (Sources(spec).Union(Sources(before), StringComparer.Ordinal).Any(source => !spec![source].SameAs(before![source])))
        {
            problems.Forbidden("spec.persistentvolumesource", "spec.persistentvolumesource is immutable after creation");
        }

        problems.Immutable(spec, before, "volumeMode", "spec");
        if (before.Has("nodeAffinity"))
        {
            problems.Immutable(spec, before, "nodeAffinity", "spec");
        }
    }

    public static void Claim(JsonObject claim, Problems problems)
    {
        var spec = claim.Object("spec");
        AccessModes(spec, "at least 1 access mode is required", problems);
        if (spec.Object("selector") is { } selector)
        {
            SelectorValidation.Validate(selector, "spec.selector", problems);
        }

        if (!spec.Object("resources", "requests").Has("storage"))
        {
            problems.Required("spec.resources[storage]");
        }
        else if (!QuantityText.TryParseNano(spec.Object("resources", "requests").Text("storage"), out var size) || size.Sign <= 0)
        {
            problems.Invalid("spec.resources[storage]", spec.Object("resources", "requests").Text("storage"), "must be greater than zero");
        }

        problems.OneOf(spec, "volumeMode", "spec", "Block", "Filesystem");
        if (spec.Text("storageClassName") is { Length: > 0 } name && NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid("spec.storageClassName", name, problem);
        }
    }

    /// <summary>A claim may be bound, given its class once, and grow when bound.</summary>
    public static void ClaimUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        var (spec, before) = ((JsonObject)updated.Object("spec")!.DeepClone(), old.Object("spec"));
        if (before.Text("volumeName").Length == 0)
        {
            spec.CopyFrom(before, "volumeName");
        }
        else
        {
            spec.Ensure("resources").CopyFrom(before.Object("resources"), "requests");
            spec.CopyFrom(before, "volumeAttributesClassName");
        }

        if (!before.Has("storageClassName"))
        {
            spec.Remove("storageClassName");
        }

        if (!spec.SameAs(before))
        {
            problems.Forbidden("spec", "spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims");
        }

        if (QuantityText.TryParseNano(updated.Object("spec", "resources", "requests").Text("storage"), out var size)
            && QuantityText.TryParseNano(before.Object("resources", "requests").Text("storage"), out var oldSize) && size < oldSize)
        {
            problems.Forbidden("spec.resources.requests.storage", "field can not be less than status.capacity");
        }
    }

    public static void Class(JsonObject item, Problems problems)
    {
        if (item.Text("provisioner").Length == 0)
        {
            problems.Required("provisioner");
        }

        problems.OneOf(item, "reclaimPolicy", "", "Delete", "Retain");
        problems.OneOf(item, "volumeBindingMode", "", "Immediate", "WaitForFirstConsumer");
    }

    /// <summary>Where a capacity is, and of which class, stays; how much there is changes.</summary>
    public static void CapacityUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        problems.Immutable(updated, old, "nodeTopology", "");
        problems.Immutable(updated, old, "storageClassName", "");
    }

    public static void AttributesClass(JsonObject item, Problems problems)
    {
        if (item.Text("driverName").Length == 0)
        {
            problems.Required("driverName");
        }

        if (item.Object("parameters") is not { Count: > 0 })
        {
            problems.Required("parameters", "must contain at least one key/value pair");
        }
    }

    public static void AttributesClassUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)["driverName", "parameters"])
        {
            if (!updated[name].SameAs(old[name]))
            {
                problems.Forbidden(name, $"updates to {name} are forbidden.");
            }
        }
    }

    public static void ClassUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)["parameters", "provisioner"])
        {
            if (!updated[name].SameAs(old[name]))
            {
                problems.Forbidden(name, $"updates to {name} are forbidden.");
            }
        }

        if (updated.Text("reclaimPolicy") != old.Text("reclaimPolicy"))
        {
            problems.Forbidden("reclaimPolicy", "updates to reclaimPolicy are forbidden.");
        }

        problems.Immutable(updated, old, "volumeBindingMode", "");
    }

    public static void Attachment(JsonObject attachment, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)["attacher", "nodeName"])
        {
            if (attachment.Object("spec").Text(name).Length == 0)
            {
                problems.Required($"spec.{name}");
            }
        }

        if (attachment.Object("spec", "source") is not { Count: > 0 })
        {
            problems.Required("spec.source", "must specify exactly one of inlineVolumeSpec and persistentVolumeName");
        }
    }

    private static void AccessModes(JsonObject? spec, string detail, Problems problems)
    {
        if (spec.Array("accessModes") is not { Count: > 0 })
        {
            problems.Required("spec.accessModes", detail);
        }

        var index = 0;
        foreach (var mode in spec.Texts("accessModes"))
        {
            if (mode is not ("ReadOnlyMany" or "ReadWriteMany" or "ReadWriteOnce" or "ReadWriteOncePod"))
            {
                problems.NotSupported(
                    detail.Length > 0 ? "spec.accessModes" : $"spec.accessModes[{index}]", mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
            }

            index++;
        }
    }

    private static List<string> Sources(JsonObject? spec) =>
        [.. (spec ?? []).Select(static member => member.Key).Where(static name => !NoSources.Contains(name))];
}
