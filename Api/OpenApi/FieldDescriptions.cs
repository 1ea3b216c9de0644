using System.IO.Compression;

namespace Crescent.Api.OpenApi;

/// <summary>
/// Texts of types and fields, from an embedded resource made by <c>eng/openapi-descriptions.cs</c>. Read when documents are built and
/// then forgotten.
/// </summary>
internal sealed class FieldDescriptions
{
    private const string ResourceName = "Crescent.Api.OpenApi.descriptions.tsv.gz";
    private readonly Dictionary<(string Type, string Field), string> _texts = [];

    private FieldDescriptions()
    {
    }

    public static FieldDescriptions Load()
    {
        using var resource = typeof(FieldDescriptions).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}");
        using var lines = new StreamReader(new GZipStream(resource, CompressionMode.Decompress));
        var descriptions = new FieldDescriptions();
        var type = string.Empty;
        while (lines.ReadLine() is { } line)
        {
            var parts = line.Split('\t', 3);
            type = parts[0].Length == 0 ? type : parts[0];
            descriptions._texts[(type, parts[1])] = parts[2];
        }

        return descriptions;
    }

    /// <summary>Empty when there is none.</summary>
    public string OfType(string type) => _texts.GetValueOrDefault((type, string.Empty), string.Empty);

    /// <summary>Empty when there is none.</summary>
    public string OfField(string type, string field) => _texts.GetValueOrDefault((type, field), string.Empty);
}
