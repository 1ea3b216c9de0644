using System.Text.Json;

namespace Crescent.Api.Discovery;

/// <summary>Discovery as it was before aggregation: APIVersions, APIGroupList, APIGroup, APIResourceList.</summary>
internal static class LegacyDiscovery
{
    public static void WriteVersions(Utf8JsonWriter writer, ServedGroup core, string serverAddress)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "APIVersions");
        DiscoveryJson.WriteTexts(writer, "versions", [.. core.Versions.Select(static version => version.Name)]);
        writer.WriteStartArray("serverAddressByClientCIDRs");
        writer.WriteStartObject();
        writer.WriteString("clientCIDR", "0.0.0.0/0");
        writer.WriteString("serverAddress", serverAddress);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteGroups(Utf8JsonWriter writer, IEnumerable<ServedGroup> groups)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "APIGroupList");
        writer.WriteString("apiVersion", "v1");
        writer.WriteStartArray("groups");
        foreach (var group in groups)
        {
            writer.WriteStartObject();
            WriteGroupFields(writer, group);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void WriteGroup(Utf8JsonWriter writer, ServedGroup group)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "APIGroup");
        writer.WriteString("apiVersion", "v1");
        WriteGroupFields(writer, group);
        writer.WriteEndObject();
    }

    public static void WriteResources(Utf8JsonWriter writer, string groupVersion, ServedVersion version)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "APIResourceList");
        writer.WriteString("apiVersion", "v1");
        writer.WriteString("groupVersion", groupVersion);
        writer.WriteStartArray("resources");
        foreach (var resource in version.Resources)
        {
            WriteResource(writer, resource);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteGroupFields(Utf8JsonWriter writer, ServedGroup group)
    {
        writer.WriteString("name", group.Name);
        writer.WriteStartArray("versions");
        foreach (var version in group.Versions)
        {
            WriteVersion(writer, group, version);
        }

        writer.WriteEndArray();
        writer.WritePropertyName("preferredVersion");
        WriteVersion(writer, group, group.Versions[0]);
    }

    private static void WriteVersion(Utf8JsonWriter writer, ServedGroup group, ServedVersion version)
    {
        writer.WriteStartObject();
        writer.WriteString("groupVersion", $"{group.Name}/{version.Name}");
        writer.WriteString("version", version.Name);
        writer.WriteEndObject();
    }

    private static void WriteResource(Utf8JsonWriter writer, ServedResource resource)
    {
        writer.WriteStartObject();
        writer.WriteString("name", resource.Plural);
        writer.WriteString("singularName", resource.Singular);
        writer.WriteBoolean("namespaced", resource.IsNamespaced);
        writer.WriteString("kind", resource.Kind);
        DiscoveryJson.WriteTexts(writer, "verbs", resource.Verbs);
        DiscoveryJson.WriteTextsIfAny(writer, "shortNames", resource.ShortNames);
        DiscoveryJson.WriteTextsIfAny(writer, "categories", resource.Categories);
        writer.WriteEndObject();
        foreach (var subresource in resource.Subresources)
        {
            writer.WriteStartObject();
            writer.WriteString("name", $"{resource.Plural}/{subresource.Name}");
            writer.WriteString("singularName", "");
            writer.WriteBoolean("namespaced", resource.IsNamespaced);
            if (subresource.Group is not null)
            {
                writer.WriteString("group", subresource.Group);
            }

            if (subresource.Version is not null)
            {
                writer.WriteString("version", subresource.Version);
            }

            writer.WriteString("kind", subresource.Kind);
            DiscoveryJson.WriteTexts(writer, "verbs", subresource.Verbs);
            writer.WriteEndObject();
        }
    }
}
