using System.Text.Json;

namespace Crescent.Api.OpenApi;

/// <summary>Value of <c>x-kubernetes-group-version-kind</c>.</summary>
internal sealed record GroupVersionKind(string Group, string Version, string Kind)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString("group", Group);
        writer.WriteString("kind", Kind);
        writer.WriteString("version", Version);
        writer.WriteEndObject();
    }
}
