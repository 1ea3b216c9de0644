using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Walks over all containers of a pod spec, whatever their list.</summary>
internal static class PodContainers
{
    private static readonly string[] Lists = ["initContainers", "containers", "ephemeralContainers"];

    /// <summary>The containers in the order Kubernetes visits them, each with its path, e.g. <c>spec.initContainers[0]</c>.</summary>
    public static IEnumerable<(JsonObject Container, string Path)> Of(JsonObject? spec, string path)
    {
        foreach (var list in Lists)
        {
            var index = 0;
            foreach (var container in spec.Objects(list))
            {
                yield return (container, string.Create(CultureInfo.InvariantCulture, $"{path}.{list}[{index++}]"));
            }
        }
    }
}
