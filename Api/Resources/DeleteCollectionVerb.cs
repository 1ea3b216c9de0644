using System.Buffers;
using System.Text.Json;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Selectors;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Resources;

/// <summary>DELETE of a collection: each matching object by itself, a few at a time; answers the list of what was deleted.</summary>
internal sealed class DeleteCollectionVerb(IGrainFactory grains, IResourceCaches caches) : IVerbHandler
{
    private const int Parallelism = 32;

    public async Task HandleAsync(ResourceRequest request)
    {
        var (options, error) = await DeleteOptions.ReadAsync(request);
        if (error is not null || !MutationOptions.TryRead(request, "DeleteOptions", out var context, out error, options.IsDryRun)
            || !ObjectFilter.TryRead(request, out var filter, out error))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        var view = await caches.Get(request.Definition.Type).GetConsistentAsync(request.CancellationToken);
        var deleted = new List<ResourceSnapshot>();
        foreach (var chunk in filter.Select(view).Chunk(Parallelism))
        {
            var results = await Task.WhenAll(chunk.Select(item =>
                grains.GetResourceGrain(item.Key).DeleteAsync(options.ToRequest(context), request.CancellationToken)));
            foreach (var result in results)
            {
                if (result.Error is { Reason: not "NotFound" } refusal)
                {
                    await request.Http.WriteErrorAsync(refusal);
                    return;
                }

                if (result.Snapshot is { } snapshot)
                {
                    deleted.Add(snapshot);
                }
            }
        }

        await WriteAsync(request, view, deleted);
    }

    private static Task WriteAsync(ResourceRequest request, IResourceView view, List<ResourceSnapshot> deleted)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, ListEnvelope.WriterOptions))
        {
            ListEnvelope.Begin(writer, $"{request.Definition.Kind}List", request.Definition.ApiVersion, view.Version.ToString());
            writer.WriteStartArray("items");
            foreach (var item in deleted)
            {
                writer.WriteRawValue(item.Body, skipInputValidation: true);
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        return request.Http.WriteJsonAsync(request.Format, buffer.WrittenMemory);
    }
}
