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

    /// <summary>
    /// The type of a kind as bodies name it, e.g. <c>apps/v1</c> and <c>Deployment</c>; options and Status are found in every group.
    /// </summary>
    public bool TryGetKind(string apiVersion, string kind, [NotNullWhen(true)] out SchemaType? type)
    {
        var slash = apiVersion.IndexOf('/', StringComparison.Ordinal);
        var group = slash < 0 ? "core" : apiVersion[..slash];
        var package = group switch
        {
            "apiextensions.k8s.io" => "k8s.io.apiextensions-apiserver.pkg.apis.apiextensions",
            "apiregistration.k8s.io" => "k8s.io.kube-aggregator.pkg.apis.apiregistration",
            "metrics.k8s.io" => "k8s.io.metrics.pkg.apis.metrics",
            "meta.k8s.io" => "k8s.io.apimachinery.pkg.apis.meta",
            _ => "k8s.io.api." + group.Split('.')[0],
        };
        return TryGet($"{package}.{apiVersion[(slash + 1)..]}.{kind}", out type) || TryGet($"k8s.io.apimachinery.pkg.apis.meta.v1.{kind}", out type);
    }

    /// <summary>A type that is known to be there.</summary>
    /// <exception cref="KeyNotFoundException">No such type.</exception>
    public SchemaType this[string fullName] => _types[fullName];
}
