using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>The parts of an object that can have owners: what the server fills in cannot, and the status only through its subresource.</summary>
internal static class Ownable
{
    /// <summary>Members of the object itself.</summary>
    public static bool IsMember(string name, string subresource) => name switch
    {
        "apiVersion" or "kind" => false,
        "status" => subresource is "status" or "approval",
        "metadata" => true,
        _ => subresource is not ("status" or "approval"),
    };

    /// <summary>Members of <c>metadata</c>.</summary>
    public static bool IsMetadata(string name) => name is "labels" or "annotations" or "finalizers" or "ownerReferences";

    /// <summary>Whether metadata holds anything that can be owned.</summary>
    public static bool HasAny(JsonObject? metadata) => metadata?.Any(static member => member.Value is not null && IsMetadata(member.Key)) ?? false;
}
