using System.Buffers;
using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>Writes pods from a pod template: the template's own JSON is spliced in, nothing is interpreted.</summary>
internal static class PodTemplate
{
    /// <param name="owner">Owner of the pods, their controller.</param>
    /// <param name="template">PodTemplateSpec.</param>
    /// <param name="name">Complete name of the pod.</param>
    public static byte[] WritePod(OwnerIdentity owner, JsonElement template, string name)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true });
        writer.WriteStartObject();
        writer.WriteString("apiVersion"u8, "v1"u8);
        writer.WriteString("kind"u8, "Pod"u8);
        writer.WriteStartObject("metadata"u8);
        writer.WriteString("name"u8, name);
        writer.WriteString("generateName"u8, $"{owner.Name}-");
        writer.WriteString("namespace"u8, owner.Namespace);
        foreach (var member in template.At("metadata").Members())
        {
            if (member.Name is "labels" or "annotations" or "finalizers" && member.Value.Exists())
            {
                member.WriteTo(writer);
            }
        }

        owner.WriteReferences(writer);
        writer.WriteEndObject();
        writer.WritePropertyName("spec"u8);
        template.At("spec").WriteTo(writer);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenSpan.ToArray();
    }
}
