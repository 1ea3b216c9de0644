using System.Collections.Frozen;
using Crescent.Cel.Typing;

namespace Crescent.Cel.Libraries;

/// <summary>Types an expression can name, e.g. in <c>type(x) == int</c>.</summary>
internal static class TypeNames
{
    private static readonly FrozenDictionary<string, CelType> ByName = new[]
    {
        CelType.Bool, CelType.Int, CelType.Uint, CelType.Double, CelType.String, CelType.Bytes, CelType.Null, CelType.Timestamp, CelType.Duration,
        CelType.AnyList, CelType.AnyMap, CelType.TypeOfAnything, CelType.Optional(CelType.Dyn), NetworkLibrary.Ip, NetworkLibrary.Cidr,
        QuantityLibrary.Quantity, UrlLibrary.Url, SemverLibrary.Semver,
    }.ToFrozenDictionary(static type => type.RuntimeName, StringComparer.Ordinal);

    public static CelType? Find(string name) => ByName.GetValueOrDefault(name);
}
