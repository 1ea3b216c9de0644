using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Api.Discovery;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/overview/kubernetes-api/#aggregated-discovery">Aggregated discovery</see>:
/// APIGroupDiscoveryList, in v2 and (for kubectl up to 1.29) v2beta1; the two differ only in their apiVersion.
/// </summary>
internal static class AggregatedDiscovery
{
    public static void Write(Utf8JsonWriter writer, string version, IEnumerable<ServedGroup> groups)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "APIGroupDiscoveryList");
        writer.WriteString("apiVersion", $"apidiscovery.k8s.io/{version}");
        writer.WriteStartObject("metadata");
        writer.WriteEndObject();
        writer.WriteStartArray("items");
        foreach (var group in groups)
        {
            WriteGroup(writer, group);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGroup(Utf8JsonWriter writer, ServedGroup group)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("metadata");
        if (group.Name.Length != 0)
        {
            writer.WriteString("name", group.Name);
        }

        writer.WriteNull("creationTimestamp");
        writer.WriteEndObject();
        writer.WriteStartArray("versions");
        foreach (var version in group.Versions)
        {
            writer.WriteStartObject();
            writer.WriteString("version", version.Name);
            writer.WriteStartArray("resources");
            foreach (var resource in version.Resources)
            {
                WriteResource(writer, resource);
            }

            writer.WriteEndArray();
            writer.WriteString("freshness", "Current");
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, ServedResource resource)
    {
        writer.WriteStartObject();
        writer.WriteString("resource", resource.Plural);
        WriteKind(writer, resource.Group, resource.Version, resource.Kind);
        writer.WriteString("scope", resource.IsNamespaced ? "Namespaced" : "Cluster");
        writer.WriteString("singularResource", resource.Singular);
        DiscoveryJson.WriteTexts(writer, "verbs", resource.Verbs);
        DiscoveryJson.WriteTextsIfAny(writer, "shortNames", resource.ShortNames);
        DiscoveryJson.WriteTextsIfAny(writer, "categories", resource.Categories);
        if (!resource.Subresources.IsEmpty)
        {
            writer.WriteStartArray("subresources");
            foreach (var subresource in resource.Subresources)
            {
                WriteSubresource(writer, resource, subresource);
            }

            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private static void WriteSubresource(Utf8JsonWriter writer, ServedResource resource, SubresourceDefinition subresource)
    {
        writer.WriteStartObject();
        writer.WriteString("subresource", subresource.Name);
        WriteKind(writer, subresource.Group ?? resource.Group, subresource.Version ?? resource.Version, subresource.Kind);
        DiscoveryJson.WriteTexts(writer, "verbs", subresource.Verbs);
        writer.WriteEndObject();
    }

    private static void WriteKind(Utf8JsonWriter writer, string group, string version, string kind)
    {
        writer.WriteStartObject("responseKind");
        writer.WriteString("group", group);
        writer.WriteString("version", version);
        writer.WriteString("kind", kind);
        writer.WriteEndObject();
    }
}
