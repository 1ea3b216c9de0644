using System.Collections.Frozen;

namespace Crescent.Schema;

public sealed partial class SchemaCatalog
{
    private static readonly Lazy<SchemaCatalog> LazyBuiltIn = new(() => new SchemaCatalog(FrozenDictionary<string, SchemaType>.Empty));
    private readonly FrozenDictionary<string, SchemaType> _types;

    private SchemaCatalog(FrozenDictionary<string, SchemaType> types) => _types = types;
}
