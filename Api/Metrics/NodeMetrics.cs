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

/// <summary><c>nodes.metrics.k8s.io</c>: what <c>kubectl top nodes</c> reads.</summary>
internal sealed class NodeMetrics(IResourceCaches caches, INodeStatsSource source) : IVirtualResource
{
    public ServedResource Resource { get; } = new()
    {
        Group = "metrics.k8s.io", Version = "v1beta1", Plural = "nodes", Singular = "", Kind = "NodeMetrics", IsNamespaced = false,
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

        var view = await caches.Get(KnownTypes.Nodes).GetConsistentAsync(context.RequestAborted);
        var nodes = request.Verb == RequestVerb.List
            ? view.Enumerate().Where(node => selector.Matches(node.Labels)).ToList()
            : view.TryGet(string.Empty, request.Path.Name, out var single) ? [single] : [];
        var stats = await source.GetAsync([.. nodes.Select(static node => node.Key.Name)], context.RequestAborted);
        if (request.Verb == RequestVerb.Get && stats.IsEmpty)
        {
            await context.WriteErrorAsync(ResourceErrors.NotFound(new("metrics.k8s.io", "nodemetrics"), request.Path.Name));
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (request.Verb == RequestVerb.Get)
            {
                Write(writer, nodes[0], stats[nodes[0].Key.Name]);
            }
            else
            {
                ListEnvelope.Begin(writer, "NodeMetricsList", UsageJson.ApiVersion, string.Empty);
                writer.WriteStartArray("items");
                foreach (var node in nodes.Where(node => stats.ContainsKey(node.Key.Name)))
                {
                    Write(writer, node, stats[node.Key.Name]);
                }

                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        }

        await context.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, buffer.WrittenMemory);
    }

    private static void Write(Utf8JsonWriter writer, ResourceSnapshot node, NodeStats stats)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "NodeMetrics");
        writer.WriteString("apiVersion", UsageJson.ApiVersion);
        UsageJson.WriteMetadata(writer, string.Empty, node.Key.Name, node.Labels, stats.Node.Timestamp);
        UsageJson.WriteWindow(writer, stats.Node.Timestamp, stats.Window);
        UsageJson.WriteUsage(writer, stats.Node);
        writer.WriteEndObject();
    }
}
