using System.Buffers;
using System.Text.Json;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Tables;
using Crescent.Resources;

namespace Crescent.Api.Resources;

/// <summary>Answers with one object in the shape that was asked for.</summary>
internal sealed class ObjectResponse(TimeProvider time)
{
    public Task WriteAsync(ResourceRequest request, ResourceSnapshot snapshot, int code = 200)
    {
        var context = request.Http;
        var format = request.Format;
        if (format.Shape == ResponseShape.Object)
        {
            return context.WriteJsonAsync(format, request.Definition.Show(snapshot.Body), code);
        }

        if (!TableRows.TryReadInclude(request.Query, out var include, out var error))
        {
            return context.WriteErrorAsync(error!);
        }

        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, ListEnvelope.WriterOptions))
        {
            if (format.Shape == ResponseShape.Metadata)
            {
                TableRows.WritePartialMetadata(writer, snapshot.Body, format.MetaVersion);
            }
            else
            {
                var columns = TableColumns.Of(request.Definition);
                ListEnvelope.BeginTable(writer, format.MetaVersion, snapshot.Version.ToString());
                TableColumns.WriteDefinitions(writer, columns);
                writer.WriteStartArray("rows");
                TableRows.Write(writer, columns, snapshot.Body, include, format.MetaVersion, time.GetUtcNow());
                writer.WriteEndArray();
                writer.WriteEndObject();
            }
        }

        return context.WriteJsonAsync(format, buffer.WrittenMemory, code);
    }

    /// <summary>Answer to a mutation: the object, or the refusal; warnings in either case.</summary>
    public Task WriteAsync(ResourceRequest request, MutationResult result)
    {
        request.Http.AddNotes(result);
        if (result.Error is { } error)
        {
            return request.Http.WriteErrorAsync(error);
        }

        return WriteAsync(request, result.Snapshot!, result.Outcome == MutationOutcome.Created ? 201 : 200);
    }
}
