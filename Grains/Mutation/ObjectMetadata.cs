using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation;

/// <summary>The metadata that belongs to the server, whatever a client sends.</summary>
internal static class ObjectMetadata
{
    private static readonly string[] Order =
        ["name", "generateName", "namespace", "uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds"];

    private static readonly string[] ServerOwned =
        ["uid", "resourceVersion", "generation", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"];

    /// <summary>Refuses a body whose name or namespace is not that of the URL.</summary>
    public static ResourceError? CheckNames(ResourceKey key, JsonObject metadata)
    {
        if (metadata.Text("name") is { Length: > 0 } name && name != key.Name)
        {
            return ResourceErrors.BadRequest($"the name of the object ({name}) does not match the name on the URL ({key.Name})");
        }

        return metadata.Text("namespace") is { Length: > 0 } given && given != key.Namespace
            ? ResourceErrors.BadRequest($"the namespace of the provided object does not match the namespace sent on the request")
            : null;
    }

    public static void Begin(ResourceKey key, ResourceDefinition definition, JsonObject metadata, DateTimeOffset now)
    {
        foreach (var name in ServerOwned)
        {
            metadata.Remove(name);
        }

        SetKey(key, metadata);
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Timestamps.Format(now);
        if (definition.HasGeneration)
        {
            metadata["generation"] = 1;
        }
    }

    public static void Carry(ResourceKey key, JsonObject metadata, JsonObject? old)
    {
        foreach (var name in ServerOwned)
        {
            metadata.CopyFrom(old, name);
        }

        metadata.CopyFrom(old, "generateName");
        SetKey(key, metadata);
    }

    /// <summary>apiVersion, kind, metadata, then the rest; inside metadata what identifies the object first.</summary>
    public static JsonObject Arrange(JsonObject item)
    {
        var metadata = item.Object("metadata");
        if (metadata is not null && IsArranged(item, metadata))
        {
            return item;
        }

        var arranged = new JsonObject();
        Move(item, arranged, "apiVersion");
        Move(item, arranged, "kind");
        item.Remove("metadata");
        var first = new JsonObject();
        if (metadata is not null)
        {
            foreach (var name in Order)
            {
                Move(metadata, first, name);
            }

            MoveAll(metadata, first);
        }

        arranged["metadata"] = first;
        var status = item["status"];
        item.Remove("status");
        MoveAll(item, arranged);
        if (status is not null)
        {
            arranged["status"] = status;
        }

        return arranged;
    }

    /// <summary>What was stored is; most changes leave it so.</summary>
    private static bool IsArranged(JsonObject item, JsonObject metadata)
    {
        if (item.Count < 3 || item.GetAt(0).Key != "apiVersion" || item.GetAt(1).Key != "kind" || item.GetAt(2).Key != "metadata")
        {
            return false;
        }

        for (var index = 0; index < item.Count; index++)
        {
            var (name, value) = item.GetAt(index);
            if (value is null || (name == "status" && index < item.Count - 1))
            {
                return false;
            }
        }

        var last = -1;
        foreach (var (name, value) in metadata)
        {
            var place = Array.IndexOf(Order, name) is >= 0 and var known ? known : Order.Length;
            if (value is null || place < last)
            {
                return false;
            }

            last = place;
        }

        return true;
    }

    private static void SetKey(ResourceKey key, JsonObject metadata)
    {
        metadata["name"] = key.Name;
        if (key.Namespace.Length > 0)
        {
            metadata["namespace"] = key.Namespace;
        }
        else
        {
            metadata.Remove("namespace");
        }
    }

    private static void MoveAll(JsonObject from, JsonObject to)
    {
        foreach (var name in from.Select(static member => member.Key).ToList())
        {
            Move(from, to, name);
        }
    }

    private static void Move(JsonObject from, JsonObject to, string name)
    {
        if (from.Remove(name, out var value) && value is not null)
        {
            to[name] = value;
        }
    }
}
