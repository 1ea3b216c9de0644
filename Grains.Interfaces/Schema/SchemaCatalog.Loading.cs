using System.Collections.Frozen;
using System.IO.Compression;
using System.Text.Json;

namespace Crescent.Schema;

public sealed partial class SchemaCatalog
{
    private const string ResourceName = "Crescent.Schema.kubernetes-api-facts.json.gz";

    private static readonly Lazy<SchemaCatalog> LazyBuiltIn = new(LoadBuiltIn);
    private readonly FrozenDictionary<string, SchemaType> _types;

    private SchemaCatalog(FrozenDictionary<string, SchemaType> types) => _types = types;

    /// <summary>All types, in no particular order.</summary>
    public IEnumerable<SchemaType> Types => _types.Values;

    private static SchemaCatalog LoadBuiltIn()
    {
        using var resource = typeof(SchemaCatalog).Assembly.GetManifestResourceStream(ResourceName)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {ResourceName}");
        using var json = new GZipStream(resource, CompressionMode.Decompress);
        using var facts = JsonDocument.Parse(json);
        return new(new SchemaReader(facts.RootElement).ReadAll().ToFrozenDictionary(type => type.FullName, StringComparer.Ordinal));
    }
}
