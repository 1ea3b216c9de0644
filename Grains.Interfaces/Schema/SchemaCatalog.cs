using System.Diagnostics.CodeAnalysis;

namespace Crescent.Schema;

/// <summary>
/// Facts about the fields of every built-in type (JSON name, protobuf number, merge key, list type, default), read once from an embedded
/// resource. Keys are full names such as <c>k8s.io.api.core.v1.PodSpec</c>.
/// </summary>
public sealed partial class SchemaCatalog
{
    /// <summary>The built-in types.</summary>
    public static SchemaCatalog BuiltIn => LazyBuiltIn.Value;

    /// <summary>Looks a type up by its full name.</summary>
    public bool TryGet(string fullName, [NotNullWhen(true)] out SchemaType? type) => _types.TryGetValue(fullName, out type);

    /// <summary>A type that is known to be there.</summary>
    /// <exception cref="KeyNotFoundException">No such type.</exception>
    public SchemaType this[string fullName] => _types[fullName];
}
