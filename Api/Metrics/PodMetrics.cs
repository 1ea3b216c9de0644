using System.Buffers;
using System.Text.Json;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Api.Selectors;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Metrics;

/// <summary><c>pods.metrics.k8s.io</c>: what <c>kubectl top pods</c> reads.</summary>
internal sealed class PodMetrics(IResourceCaches caches, INodeStatsSource source) : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "metrics.k8s.io", Version = "v1beta1", Plural = "pods", Singular = "", Kind = "PodMetrics", IsNamespaced = true,
        Verbs = ["get", "list"],
    };

    public async Task HandleAsync(VirtualRequest request)
    {
        var context = request.Http;
        if (!LabelSelector.TryParse(context.Request.Query.Text("labelSelector"), out var selector, out var problem))
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest(problem));
            return;
        }

        var view = await caches.Get(KnownTypes.Pods).GetConsistentAsync(context.RequestAborted);
        var ns = request.Path.Namespace;
        var pods = request.Verb == RequestVerb.List
            ? view.Enumerate(ns.Length == 0 ? null : ns).Where(pod => selector.Matches(pod.Labels)).ToList()
            : view.TryGet(ns, request.Path.Name, out var single) ? [single] : [];
        var measured = await MeasureAsync(pods, context.RequestAborted);
        if (request.Verb == RequestVerb.Get && measured.Count == 0)
        {
            await context.WriteErrorAsync(ResourceErrors.NotFound(new("metrics.k8s.io", "podmetrics"), $"{ns}/{request.Path.Name}"));
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (request.Verb == RequestVerb.Get)
            {
                Write(writer, measured[0]);
            }
            else
            {
                ListEnvelope.Begin(writer, "PodMetricsList", UsageJson.ApiVersion, string.Empty);
                writer.WriteStartArray("items");
                measured.ForEach(item => Write(writer, item));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        }

        await context.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, buffer.WrittenMemory);
    }

    /// <summary>Only figures of the very pod count: a pod of the same name may have gone before.</summary>
    private async ValueTask<List<Measured>> MeasureAsync(List<ResourceSnapshot> pods, CancellationToken cancellationToken)
    {
        var nodes = pods.Select(NodeOf).Where(static node => node.Length != 0).ToHashSet(StringComparer.Ordinal);
        var stats = await source.GetAsync(nodes, cancellationToken);
        var byUid = stats.Values.SelectMany(static node => node.Pods.Select(pod => (pod.Uid, Pod: pod, node.Window)))
            .DistinctBy(static item => item.Uid).ToDictionary(static item => item.Uid, StringComparer.Ordinal);
        return
        [
            .. pods.Where(pod => byUid.ContainsKey(pod.Uid)).Select(pod => new Measured(pod, byUid[pod.Uid].Pod, byUid[pod.Uid].Window)),
        ];
    }

    private static string NodeOf(ResourceSnapshot pod) => pod.Fields.TryGetValue("spec.nodeName", out var node) ? node : string.Empty;

    private static void Write(Utf8JsonWriter writer, Measured item)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "PodMetrics");
        writer.WriteString("apiVersion", UsageJson.ApiVersion);
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
        writer.WriteEndObject();
    }

    private sealed record Measured(ResourceSnapshot Pod, PodStats Stats, TimeSpan Window);
}
