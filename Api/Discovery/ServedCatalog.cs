using System.Collections.Immutable;
using System.Globalization;
using Crescent.Api.Dispatching;
using Crescent.Definitions;

namespace Crescent.Api.Discovery;

/// <summary>Everything that is served, grouped: the kinds of the catalog and the virtual resources.</summary>
internal sealed class ServedCatalog
{
    public ServedCatalog(ResourceCatalog catalog, IEnumerable<IVirtualResource> virtuals)
    {
        var all = catalog.Definitions.Select(ServedResource.Of).Concat(virtuals.Where(static item => item.IsDiscovered).Select(static item => item.Resource)).ToList();
        Groups = [.. all.GroupBy(static item => item.Group, StringComparer.Ordinal)
            .OrderBy(static group => group.Key.Length != 0)
            .Select(static group => new ServedGroup(group.Key,
            [
                .. group.GroupBy(static item => item.Version, StringComparer.Ordinal)
                    .OrderByDescending(static version => Rank(version.Key))
                    .Select(static version => new ServedVersion(version.Key, [.. version.OrderBy(static item => item.Plural, StringComparer.Ordinal)])),
            ]))];
    }

    /// <summary>Core first.</summary>
    public ImmutableArray<ServedGroup> Groups { get; }

    public ServedVersion? Find(string group, string version) =>
        Groups.FirstOrDefault(item => item.Name == group)?.Versions.FirstOrDefault(item => item.Name == version);

    /// <summary>v2 before v1 before v1beta2 before v1alpha1, as clients prefer them.</summary>
    private static (int Stability, int Major, int Minor) Rank(string version)
    {
        var digits = version.TrimStart('v');
        var beta = digits.IndexOf("beta", StringComparison.Ordinal);
        var alpha = digits.IndexOf("alpha", StringComparison.Ordinal);
        var (stability, split, length) = beta > 0 ? (1, beta, 4) : alpha > 0 ? (0, alpha, 5) : (2, digits.Length, 0);
        _ = int.TryParse(digits.AsSpan(0, split), NumberStyles.None, CultureInfo.InvariantCulture, out var major);
        _ = int.TryParse(digits.AsSpan(split + length), NumberStyles.None, CultureInfo.InvariantCulture, out var minor);
        return (stability, major, minor);
    }
}
