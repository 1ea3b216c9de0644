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
        AccessModes(spec, "spec", "", problems);
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

        foreach (var source in sources.Take(1))
        {
            RemoteVolumeValidation.Validate(spec!, source, "spec", isPersistent: true, problems);
        }

        RemoteVolumeValidation.Persistent(spec.Object("csi"), "spec.csi", problems);
        if (spec.Object("hostPath") is { } hostPath && hostPath.Text("path").Length == 0)
        {
            problems.Required("spec.hostPath.path");
        }

        if (spec.Object("hostPath").Text("path").Split('/').Contains("..", StringComparer.Ordinal))
        {
            problems.Invalid("spec.hostPath.path", spec.Object("hostPath").Text("path"), "must not contain '..'");
        }

        if (spec.Text("storageClassName") is { Length: > 0 } name && NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid("spec.storageClassName", name, problem);
        }

        if (spec.Object("nodeAffinity", "required") is { } affinity)
        {
            AffinityValidation.NodeSelector(affinity, "spec.nodeAffinity.required", problems);
        }
        else if (spec.Has("nodeAffinity"))
        {
            problems.Required("spec.nodeAffinity.required", "must specify required node constraints");
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

    public static void Claim(JsonObject claim, Problems problems) => ClaimSpec(claim.Object("spec"), "spec", problems);

    /// <param name="spec">Of a claim, or of the template of one.</param>
    /// <param name="path">Where it stands.</param>
    /// <param name="problems">Gets what is wrong.</param>
    public static void ClaimSpec(JsonObject? spec, string path, Problems problems)
    {
        AccessModes(spec, path, "at least 1 access mode is required", problems);
        if (spec.Object("selector") is { } selector)
        {
            SelectorValidation.Validate(selector, $"{path}.selector", problems);
        }

        if (!spec.Object("resources", "requests").Has("storage"))
        {
            problems.Required($"{path}.resources[storage]");
        }
        else if (!QuantityText.TryParseNano(spec.Object("resources", "requests").Text("storage"), out var size) || size.Sign <= 0)
        {
            problems.Invalid($"{path}.resources[storage]", spec.Object("resources", "requests").Text("storage"), "must be greater than zero");
        }

        problems.OneOf(spec, "volumeMode", path, "Block", "Filesystem");
        if (spec.Text("storageClassName") is { Length: > 0 } name && NameRules.Subdomain(name) is { } problem)
        {
            problems.Invalid($"{path}.storageClassName", name, problem);
        }

        foreach (var source in (ReadOnlySpan<string>)["dataSource", "dataSourceRef"])
        {
            Origin(spec.Object(source), $"{path}.{source}", problems);
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

        var index = 0;
        foreach (var term in item.Objects("allowedTopologies"))
        {
            var at = $"allowedTopologies[{index++}].matchLabelExpressions";
            var expression = 0;
            foreach (var requirement in term.Objects("matchLabelExpressions"))
            {
                if (requirement.Array("values") is not { Count: > 0 })
                {
                    problems.Required($"{at}[{expression}].values");
                }

                if (NameRules.QualifiedName(requirement.Text("key")) is { } problem)
                {
                    problems.Invalid($"{at}[{expression}].key", requirement.Text("key"), problem);
                }

                expression++;
            }
        }

        problems.OneOf(item, "reclaimPolicy", "", "Delete", "Retain");
        problems.OneOf(item, "volumeBindingMode", "", "Immediate", "WaitForFirstConsumer");
    }

    public static void Driver(JsonObject driver, Problems problems)
    {
        if (driver.Object("metadata").Text("name") is { Length: > 63 })
        {
            problems.TooLong("metadata.name", 63);
        }

        var spec = driver.Object("spec");
        problems.OneOf(spec, "fsGroupPolicy", "spec", "File", "None", "ReadWriteOnceWithFSType");
        foreach (var mode in spec.Texts("volumeLifecycleModes").Where(static mode => mode is not ("Ephemeral" or "Persistent")))
        {
            problems.NotSupported("spec.volumeLifecycleModes", mode, "Ephemeral", "Persistent");
        }

        var (seen, index) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var request in spec.Objects("tokenRequests"))
        {
            var at = $"spec.tokenRequests[{index++}]";
            if (!seen.Add(request.Text("audience")))
            {
                problems.Duplicate($"{at}.audience", request.Text("audience"));
            }

            if (request.Integer("expirationSeconds") is < 600 and var seconds)
            {
                problems.Invalid($"{at}.expirationSeconds", seconds, "may not specify a duration less than 10 minutes");
            }
        }
    }

    public static void DriverUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "attachRequired", "spec");
        problems.Immutable(updated.Object("spec"), old.Object("spec"), "volumeLifecycleModes", "spec");
    }

    public static void Node(JsonObject node, Problems problems)
    {
        var (seen, index) = (new HashSet<string>(StringComparer.Ordinal), 0);
        foreach (var driver in node.Object("spec").Objects("drivers"))
        {
            var at = $"spec.drivers[{index++}]";
            var name = driver.Text("name");
            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (NameRules.Subdomain(name.ToLowerInvariant()) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }
            else if (!seen.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }

            if (driver.Text("nodeID").Length == 0)
            {
                problems.Required($"{at}.nodeID");
            }

            problems.NonNegative(driver.Object("allocatable"), "count", $"{at}.allocatable");
        }
    }

    /// <summary>A driver that stays, stays as it is.</summary>
    public static void NodeUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        var before = old.Object("spec").Objects("drivers").ToLookup(static driver => driver.Text("name"), StringComparer.Ordinal);
        foreach (var driver in updated.Object("spec").Objects("drivers"))
        {
            if (before[driver.Text("name")].FirstOrDefault() is { } same && !same.SameAs(driver))
            {
                problems.Invalid("spec.drivers", driver.DeepClone(), "field is immutable");
            }
        }
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

    // Where a claim's first content comes from.
    private static void Origin(JsonObject? source, string path, Problems problems)
    {
        if (source is null)
        {
            return;
        }

        foreach (var name in (ReadOnlySpan<string>)["name", "kind"])
        {
            if (source.Text(name).Length == 0)
            {
                problems.Required($"{path}.{name}");
            }
        }

        if (source.Text("apiGroup").Length == 0 && source.Text("kind") is { Length: > 0 } and not "PersistentVolumeClaim")
        {
            problems.Invalid(path, source.Text("kind"), "must be 'PersistentVolumeClaim' when referencing the default apiGroup");
        }
    }

    private static void AccessModes(JsonObject? spec, string path, string detail, Problems problems)
    {
        if (spec.Array("accessModes") is not { Count: > 0 })
        {
            problems.Required($"{path}.accessModes", detail);
        }

        var (isExclusive, isShared) = (false, false);
        foreach (var mode in spec.Texts("accessModes"))
        {
            isExclusive |= mode == "ReadWriteOncePod";
            switch (mode)
            {
                case "ReadWriteOncePod":
                    break;
                case "ReadOnlyMany" or "ReadWriteMany" or "ReadWriteOnce":
                    isShared = true;
                    break;
                default:
                    problems.NotSupported($"{path}.accessModes", mode, "ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod");
                    break;
            }
        }

        if (isExclusive && isShared)
        {
            problems.Forbidden($"{path}.accessModes", "may not use ReadWriteOncePod with other access modes");
        }
    }

    private static List<string> Sources(JsonObject? spec) =>
        [.. (spec ?? []).Select(static member => member.Key).Where(static name => !NoSources.Contains(name))];
}
