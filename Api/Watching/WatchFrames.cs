using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Api.Tables;
using Crescent.Definitions;
using Crescent.Resources;
using Crescent.Schema;
using Crescent.Watching;

namespace Crescent.Api.Watching;

/// <summary>
/// Encodes the frames of one watch. Frames of plain objects are the same for every watcher and are kept with the change; tables carry
/// ages and column heads and are made for each watcher.
/// </summary>
internal sealed class WatchFrames(ResourceRequest request, IncludeObject include, TimeProvider time)
{
    private readonly ImmutableArray<ColumnDefinition> _columns = TableColumns.Of(request.Definition);
    private readonly ResponseFormat _format = request.Format;
    private readonly bool _isProtobuf = request.Format.Encoding == ResponseEncoding.Protobuf
        && (request.Format.Shape == ResponseShape.Metadata || SchemaCatalog.BuiltIn.TryGet(request.Definition.SchemaType, out _));

    private bool _hasColumnHeads;

    /// <summary>Frames are JSON; else protobuf behind their length.</summary>
    public bool IsText => !_isProtobuf;

    public string ContentType => _isProtobuf ? $"{ProtobufEncoder.MediaType};stream=watch" : "application/json";

    /// <summary>The frame of a change that others may watch as well.</summary>
    /// <param name="change">Where the encoding is kept.</param>
    /// <param name="type">ADDED, MODIFIED or DELETED, as this watcher's selector sees it.</param>
    /// <param name="body">Object to show.</param>
    public ReadOnlyMemory<byte> Encode(ResourceChange change, string type, byte[] body)
    {
        if (_format.Shape == ResponseShape.Table || !ReferenceEquals(body, change.Current.Body))
        {
            return Encode(type, body);
        }

        var shape = _format.Shape != ResponseShape.Object ? $";{_format.MetaVersion}" : request.Definition.Conversion is null ? "" : $"@{request.Definition.ApiVersion}";
        var key = shape.Length == 0 && !_isProtobuf ? type : $"{type}{shape}{(_isProtobuf ? ";protobuf" : "")}";
        if (change.FindEncoding(key) is { } known)
        {
            return known;
        }

        var encoded = Encode(type, body);
        change.KeepEncoding(key, encoded);
        return encoded;
    }

    public ReadOnlyMemory<byte> Encode(string type, byte[] body)
    {
        if (_format.Shape == ResponseShape.Object)
        {
            return Frame(type, request.Definition.Show(body));
        }

        var buffer = new ArrayBufferWriter<byte>(body.Length + 64);
        using (var writer = new Utf8JsonWriter(buffer, ListEnvelope.WriterOptions))
        {
            if (_format.Shape == ResponseShape.Table)
            {
                WriteTable(writer, body);
            }
            else
            {
                TableRows.WritePartialMetadata(writer, body, _format.MetaVersion);
            }
        }

        return Frame(type, buffer.WrittenSpan);
    }

    /// <param name="version">Position the client may resume from.</param>
    /// <param name="endsInitialEvents">Marks the end of the initial state (sendInitialEvents).</param>
    public ReadOnlyMemory<byte> Bookmark(string version, bool endsInitialEvents = false)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var writer = new Utf8JsonWriter(buffer, ListEnvelope.WriterOptions))
        {
            var (kind, apiVersion) = _format.Shape switch
            {
                ResponseShape.Table => ("Table", $"meta.k8s.io/{_format.MetaVersion}"),
                ResponseShape.Metadata => ("PartialObjectMetadata", $"meta.k8s.io/{_format.MetaVersion}"),
                _ => (request.Definition.Kind, request.Definition.ApiVersion),
            };
            writer.WriteStartObject();
            writer.WriteString("kind", kind);
            writer.WriteString("apiVersion", apiVersion);
            writer.WriteStartObject("metadata");
            writer.WriteString("resourceVersion", version);
            if (_format.Shape != ResponseShape.Table)
            {
                writer.WriteNull("creationTimestamp");
            }

            if (endsInitialEvents)
            {
                writer.WriteStartObject("annotations");
                writer.WriteString("k8s.io/initial-events-end", "true");
                writer.WriteEndObject();
            }

            writer.WriteEndObject();
            if (_format.Shape == ResponseShape.Table)
            {
                writer.WriteStartArray("columnDefinitions");
                writer.WriteEndArray();
                writer.WriteStartArray("rows");
                writer.WriteEndArray();
            }

            writer.WriteEndObject();
        }

        return Frame("BOOKMARK", buffer.WrittenSpan);
    }

    public ReadOnlyMemory<byte> Error(ResourceError error) => Frame("ERROR", StatusBody.Failure(error));

    private ReadOnlyMemory<byte> Frame(string type, ReadOnlySpan<byte> item) => _isProtobuf ? WatchFrame.Protobuf(type, item) : WatchFrame.Json(type, item);

    /// <summary>Column heads go out with the first table only.</summary>
    private void WriteTable(Utf8JsonWriter writer, byte[] body)
    {
        writer.WriteStartObject();
        writer.WriteString("kind", "Table");
        writer.WriteString("apiVersion", $"meta.k8s.io/{_format.MetaVersion}");
        writer.WriteStartObject("metadata");
        writer.WriteEndObject();
        TableColumns.WriteDefinitions(writer, _hasColumnHeads ? [] : _columns);
        _hasColumnHeads = true;
        writer.WriteStartArray("rows");
        TableRows.Write(writer, _columns, body, include, _format.MetaVersion, time.GetUtcNow());
        writer.WriteEndArray();
        writer.WriteEndObject();
    }
}
