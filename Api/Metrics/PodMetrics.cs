using System.Text.Json;
using Crescent.Api.Discovery;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Metrics;

/// <summary><c>pods.metrics.k8s.io</c>: what <c>kubectl top pods</c> reads.</summary>
internal sealed class PodMetrics(IResourceCaches caches, INodeStatsSource source) : UsageResource<PodMetrics.Measured>(caches, KnownTypes.Pods)
{
    public override ServedResource Resource { get; } = new()
    {
        Group = "metrics.k8s.io", Version = "v1beta1", Plural = "pods", Singular = "", Kind = "PodMetrics", IsNamespaced = true,
        Verbs = ["get", "list"],
    };

    /// <summary>Only figures of the very pod count: a pod of the same name may have gone before.</summary>
    protected override async ValueTask<List<Measured>> MeasureAsync(List<ResourceSnapshot> objects, CancellationToken cancellationToken)
    {
        var nodes = objects.Select(NodeOf).Where(static node => node.Length != 0).ToHashSet(StringComparer.Ordinal);
        var stats = await source.GetAsync(nodes, cancellationToken);
        var byUid = stats.Values.SelectMany(static node => node.Pods.Select(pod => (pod.Uid, Pod: pod, node.Window)))
            .DistinctBy(static item => item.Uid).ToDictionary(static item => item.Uid, StringComparer.Ordinal);
        return
        [
            .. objects.Where(pod => byUid.ContainsKey(pod.Uid)).Select(pod => new Measured(pod, byUid[pod.Uid].Pod, byUid[pod.Uid].Window)),
        ];
    }

    protected override void Write(Utf8JsonWriter writer, Measured item)
    {
        UsageJson.WriteMetadata(writer, item.Pod.Key.Namespace, item.Pod.Key.Name, item.Pod.Labels, item.Stats.Usage.Timestamp);
        UsageJson.WriteWindow(writer, item.Stats.Usage.Timestamp, item.Window);
        writer.WriteStartArray("containers");
        foreach (var container in item.Stats.Containers)
        {
            writer.WriteStartObject();
            writer.WriteString("name", container.Name);
            UsageJson.WriteUsage(writer, container.Usage);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static string NodeOf(ResourceSnapshot pod) => pod.Fields.TryGetValue("spec.nodeName", out var node) ? node : string.Empty;

    internal sealed record Measured(ResourceSnapshot Pod, PodStats Stats, TimeSpan Window);
}
