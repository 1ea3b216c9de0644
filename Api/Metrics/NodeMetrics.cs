using System.Text.Json;
using Crescent.Api.Discovery;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Metrics;

/// <summary><c>nodes.metrics.k8s.io</c>: what <c>kubectl top nodes</c> reads.</summary>
internal sealed class NodeMetrics(IResourceCaches caches, INodeStatsSource source) : UsageResource<NodeMetrics.Measured>(caches, KnownTypes.Nodes)
{
    public override ServedResource Resource { get; } = new()
    {
        Group = "metrics.k8s.io", Version = "v1beta1", Plural = "nodes", Singular = "", Kind = "NodeMetrics", IsNamespaced = false,
        Verbs = ["get", "list"],
    };

    protected override async ValueTask<List<Measured>> MeasureAsync(List<ResourceSnapshot> objects, CancellationToken cancellationToken)
    {
        var stats = await source.GetAsync([.. objects.Select(static node => node.Key.Name)], cancellationToken);
        return [.. objects.Where(node => stats.ContainsKey(node.Key.Name)).Select(node => new Measured(node, stats[node.Key.Name]))];
    }

    protected override void Write(Utf8JsonWriter writer, Measured item)
    {
        UsageJson.WriteMetadata(writer, string.Empty, item.Node.Key.Name, item.Node.Labels, item.Stats.Node.Timestamp);
        UsageJson.WriteWindow(writer, item.Stats.Node.Timestamp, item.Stats.Window);
        UsageJson.WriteUsage(writer, item.Stats.Node);
    }

    internal sealed record Measured(ResourceSnapshot Node, NodeStats Stats);
}
