using System.Buffers;
using System.Text.Json;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Selectors;
using Crescent.Api.Tables;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>
/// LIST: stored bodies are written between a list head and tail as they are, so the cost of a list is the copy to the connection.
/// </summary>
internal sealed class ListVerb(ListSources sources, RetainedViews retained, TimeProvider time) : IVerbHandler
{
    public async Task HandleAsync(ResourceRequest request)
    {
        var context = request.Http;
        if (!ObjectFilter.TryRead(request, out var filter, out var error)
            || !request.Query.TryInteger("limit", out var limit, out error)
            || !TableRows.TryReadInclude(request.Query, out var include, out error))
        {
            await context.WriteErrorAsync(error!);
            return;
        }

        var source = await sources.FindAsync(request, limit ?? 0);
        if (source.View is null)
        {
            await context.WriteErrorAsync(source.Error!, source.ContinueToken);
            return;
        }

        var page = ListPage.Take(source, filter, limit ?? 0);
        if (page.ContinueToken is not null)
        {
            retained.Retain(request.Definition.Type, source.View);
        }

        await WriteAsync(request, page, include);
    }

    private async Task WriteAsync(ResourceRequest request, ListPage page, IncludeObject include)
    {
        var format = request.Format;
        var definition = request.Definition;
        if (format is { Encoding: ResponseEncoding.Protobuf, Shape: not ResponseShape.Table } && ProtobufList.TryOpen(definition, format) is { } list)
        {
            using (list)
            {
                list.Write(page);
                await request.Http.WriteProtobufAsync(list.Body);
            }

            return;
        }

        var head = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(head, ListEnvelope.WriterOptions))
        {
            var (kind, apiVersion) = format.Shape switch
            {
                ResponseShape.Table => ("Table", $"meta.k8s.io/{format.MetaVersion}"),
                ResponseShape.Metadata => ("PartialObjectMetadataList", $"meta.k8s.io/{format.MetaVersion}"),
                _ => ($"{definition.Kind}List", definition.ApiVersion),
            };
            ListEnvelope.Begin(writer, kind, apiVersion, page.Version.ToString(), page.ContinueToken, page.Remaining);
            if (format.Shape == ResponseShape.Table)
            {
                TableColumns.WriteDefinitions(writer, TableColumns.Of(definition));
            }

            writer.WritePropertyName(format.Shape == ResponseShape.Table ? "rows" : "items");
        }

        if (format.Shape == ResponseShape.Object)
        {
            await WriteBodiesAsync(request.Http, format, head.WrittenMemory, page.Items.ConvertAll(item => definition.Show(item.Body)));
        }
        else
        {
            await WriteRowsAsync(request, head.WrittenMemory, page.Items, include);
        }
    }

    private static async Task WriteBodiesAsync(
        Microsoft.AspNetCore.Http.HttpContext context, ResponseFormat format, ReadOnlyMemory<byte> head, List<byte[]> items)
    {
        long length = head.Length + "[]}".Length + Math.Max(0, items.Count - 1);
        foreach (var item in items)
        {
            length += item.Length;
        }

        var target = ResponseTarget.Open(context, format, 200, length, isExact: true);
        target.Writer.Write(head.Span);
        target.Writer.Write("["u8);
        for (var index = 0; index < items.Count; index++)
        {
            if (index > 0)
            {
                target.Writer.Write(","u8);
            }

            target.Writer.Write(items[index]);
            await target.FlushIfFullAsync();
        }

        target.Writer.Write("]}"u8);
        await target.CompleteAsync();
    }

    private async Task WriteRowsAsync(ResourceRequest request, ReadOnlyMemory<byte> head, List<ResourceSnapshot> items, IncludeObject include)
    {
        const int typicalRow = 700;
        var format = request.Format;
        var columns = TableColumns.Of(request.Definition);
        var now = time.GetUtcNow();
        var target = ResponseTarget.Open(request.Http, format, 200, head.Length + (long)items.Count * typicalRow);
        target.Writer.Write(head.Span);
        target.Writer.Write("["u8);
        using (var writer = new Utf8JsonWriter(target.Writer, ListEnvelope.WriterOptions))
        {
            for (var index = 0; index < items.Count; index++)
            {
                if (index > 0)
                {
                    target.Writer.Write(","u8);
                }

                if (format.Shape == ResponseShape.Table)
                {
                    TableRows.Write(writer, columns, items[index].Body, include, format.MetaVersion, now);
                }
                else
                {
                    TableRows.WritePartialMetadata(writer, items[index].Body, format.MetaVersion);
                }

                writer.Flush();
                writer.Reset();
                await target.FlushIfFullAsync();
            }
        }

        target.Writer.Write("]}"u8);
        await target.CompleteAsync();
    }
}
