using System.Buffers;
using System.Text.Json;
using Crescent.Api.Discovery;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Api.Selectors;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Metrics;

/// <summary>
/// A kind of <c>metrics.k8s.io</c>: for each object of another type that agents have measured, what it uses. Objects nobody has measured are left out.
/// </summary>
/// <typeparam name="TMeasured">An object with its figures.</typeparam>
/// <param name="caches">Where the objects are.</param>
/// <param name="measured">Their type.</param>
internal abstract class UsageResource<TMeasured>(IResourceCaches caches, ResourceType measured) : IVirtualResource
{
    public abstract ServedResource Resource { get; }

    public async Task HandleAsync(VirtualRequest request)
    {
        var context = request.Http;
        if (!LabelSelector.TryParse(context.Request.Query.Text("labelSelector"), out var selector, out var problem))
        {
            await context.WriteErrorAsync(ResourceErrors.BadRequest(problem));
            return;
        }

        var view = await caches.Get(measured).GetConsistentAsync(context.RequestAborted);
        var (ns, name) = (request.Path.Namespace, request.Path.Name);
        var isList = request.Verb == RequestVerb.List;
        List<ResourceSnapshot> objects = isList
            ? [.. view.Enumerate(ns.Length == 0 ? null : ns).Where(item => selector.Matches(item.Labels))]
            : view.TryGet(ns, name, out var single) ? [single] : [];
        var items = await MeasureAsync(objects, context.RequestAborted);
        if (!isList && items.Count == 0)
        {
            var asked = ns.Length == 0 ? name : $"{ns}/{name}";
            await context.WriteErrorAsync(ResourceErrors.NotFound(new(Resource.Group, Resource.Kind.ToLowerInvariant()), asked));
            return;
        }

        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            if (isList)
            {
                ListEnvelope.Begin(writer, $"{Resource.Kind}List", UsageJson.ApiVersion, string.Empty);
                writer.WriteStartArray("items");
                items.ForEach(item => WriteItem(writer, item));
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
            else
            {
                WriteItem(writer, items[0]);
            }
        }

        await context.WriteJsonAsync(request.Format with { Shape = ResponseShape.Object }, buffer.WrittenMemory);
    }

    /// <summary>Those of <paramref name="objects"/> there are figures of, in their order.</summary>
    protected abstract ValueTask<List<TMeasured>> MeasureAsync(List<ResourceSnapshot> objects, CancellationToken cancellationToken);

    /// <summary>Everything of an item but its kind and version.</summary>
    protected abstract void Write(Utf8JsonWriter writer, TMeasured item);

    private void WriteItem(Utf8JsonWriter writer, TMeasured item)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", Resource.Kind);
        writer.WriteString("apiVersion", UsageJson.ApiVersion);
        Write(writer, item);
        writer.WriteEndObject();
    }
}
