using System.Text.Json.Nodes;

namespace Crescent.Grains.Ownership;

/// <summary>One entry of <c>metadata.ownerReferences</c>.</summary>
internal sealed record OwnerReference
{
    public required string ApiVersion { get; init; }
    public required string Kind { get; init; }
    public required string Name { get; init; }
    public required string Uid { get; init; }
    public bool IsController { get; init; }

    /// <summary>Foreground deletion of the owner waits for this dependent.</summary>
    public bool BlocksOwnerDeletion { get; init; }

    public JsonObject ToJson()
    {
        var json = new JsonObject { ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["name"] = Name, ["uid"] = Uid };
        if (IsController)
        {
            json["controller"] = true;
        }

        if (BlocksOwnerDeletion)
        {
            json["blockOwnerDeletion"] = true;
        }

        return json;
    }
}
