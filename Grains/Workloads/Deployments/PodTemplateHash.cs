using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>
/// Compares and names pod templates. The canonical form sorts members and leaves out what does not matter: nulls, the creation time and
/// the <c>pod-template-hash</c> label that distinguishes a ReplicaSet's copy from its Deployment's template.
/// </summary>
internal static class PodTemplateHash
{
    public const string Label = "pod-template-hash";

    public static string Canonical(JsonElement template)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using var writer = new Utf8JsonWriter(buffer, new() { SkipValidation = true });
        Write(writer, template, isMetadata: false, isLabels: false);
        writer.Flush();
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>
    /// 32-bit FNV-1a of the canonical template and the collision count, in an alphabet that is safe in names. It is stored with the
    /// ReplicaSet and never compared again, so a later version may hash differently.
    /// </summary>
    public static string Of(string canonical, int collisionCount)
    {
        var hash = 2166136261u;
        var text = collisionCount == 0 ? canonical : string.Create(CultureInfo.InvariantCulture, $"{canonical}#{collisionCount}");
        foreach (var value in Encoding.UTF8.GetBytes(text))
        {
            hash = (hash ^ value) * 16777619u;
        }

        return string.Concat(hash.ToString(CultureInfo.InvariantCulture)
            .Select(static digit => NameSuffix.Alphabet[digit % NameSuffix.Alphabet.Length]));
    }

    private static void Write(Utf8JsonWriter writer, JsonElement element, bool isMetadata, bool isLabels)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                writer.WriteStartObject();
                foreach (var member in element.EnumerateObject().OrderBy(static member => member.Name, StringComparer.Ordinal))
                {
                    if (!member.Value.Exists() || (isMetadata && member.Name == "creationTimestamp") || (isLabels && member.Name == Label))
                    {
                        continue;
                    }

                    writer.WritePropertyName(member.Name);
                    Write(
                        writer, member.Value, writer.CurrentDepth == 1 && member.Name == "metadata",
                        isMetadata && writer.CurrentDepth == 2 && member.Name == "labels");
                }

                writer.WriteEndObject();
                break;
            case JsonValueKind.Array:
                writer.WriteStartArray();
                foreach (var item in element.EnumerateArray())
                {
                    Write(writer, item, isMetadata: false, isLabels: false);
                }

                writer.WriteEndArray();
                break;
            case JsonValueKind.Undefined:
                writer.WriteNullValue();
                break;
            default:
                element.WriteTo(writer);
                break;
        }
    }
}
