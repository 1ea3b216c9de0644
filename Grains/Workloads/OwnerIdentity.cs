using System.Text.Json;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Workloads;

/// <summary>Who controls an object, as <c>metadata.ownerReferences</c> says it.</summary>
internal sealed record OwnerIdentity(string ApiVersion, string Kind, string Namespace, string Name, string Uid)
{
    public void WriteReferences(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("ownerReferences"u8);
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, ApiVersion);
        writer.WriteString("kind"u8, Kind);
        writer.WriteString("name"u8, Name);
        writer.WriteString("uid"u8, Uid);
        writer.WriteBoolean("controller"u8, true);
        writer.WriteBoolean("blockOwnerDeletion"u8, true);
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    public JsonObject ToReference() => new()
    {
        ["apiVersion"] = ApiVersion, ["kind"] = Kind, ["name"] = Name, ["uid"] = Uid, ["controller"] = true, ["blockOwnerDeletion"] = true,
    };
}
