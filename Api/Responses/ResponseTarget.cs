using System.Buffers;
using System.IO.Compression;
using System.IO.Pipelines;
using Crescent.Api.Encoding.Json;
using Crescent.Api.Encoding.Protobuf;
using Crescent.Api.Encoding.Yaml;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Responses;

/// <summary>
/// Where a response is written: straight into the connection's buffers, through gzip when it is large and the client takes it, or
/// into memory first when it has to be indented or turned into YAML.
/// </summary>
internal sealed class ResponseTarget
{
    private const int CompressFromBytes = 128 * 1024;
    private const int FlushEveryBytes = 64 * 1024;

    private readonly HttpContext _context;
    private readonly ResponseFormat _format;
    private readonly ArrayBufferWriter<byte>? _buffered;
    private readonly PipeWriter? _pipe;
    private readonly GZipStream? _gzip;

    private ResponseTarget(HttpContext context, ResponseFormat format, long expectedBytes)
    {
        _context = context;
        _format = format;
        if (format.Encoding == ResponseEncoding.Yaml || (format.IsPretty && format.Encoding == ResponseEncoding.Json))
        {
            _buffered = new(checked((int)Math.Clamp(expectedBytes, 256, int.MaxValue / 2)));
            return;
        }

        if (expectedBytes >= CompressFromBytes && AcceptsGzip(context.Request))
        {
            context.Response.Headers.ContentEncoding = "gzip";
            context.Response.Headers.Append("Vary", "Accept-Encoding");
            _gzip = new(context.Response.Body, CompressionLevel.Fastest, leaveOpen: true);
            _pipe = PipeWriter.Create(_gzip, new StreamPipeWriterOptions(leaveOpen: true));
            return;
        }

        _pipe = context.Response.BodyWriter;
    }

    public IBufferWriter<byte> Writer => (IBufferWriter<byte>?)_buffered ?? _pipe!;

    /// <param name="context">Request to answer.</param>
    /// <param name="format">Negotiated format.</param>
    /// <param name="code">HTTP status.</param>
    /// <param name="expectedBytes">Size of what will be written.</param>
    /// <param name="isExact">True: the size is exact and goes out as Content-Length where nothing transforms the body.</param>
    public static ResponseTarget Open(HttpContext context, ResponseFormat format, int code, long expectedBytes, bool isExact = false)
    {
        var response = context.Response;
        response.StatusCode = code;
        response.ContentType = format.Encoding switch
        {
            ResponseEncoding.Yaml => "application/yaml",
            ResponseEncoding.Protobuf => ProtobufEncoder.MediaType,
            _ => "application/json",
        };
        response.Headers.CacheControl = "no-cache, private";
        var target = new ResponseTarget(context, format, expectedBytes);
        if (isExact && target._buffered is null && target._gzip is null)
        {
            response.ContentLength = expectedBytes;
        }

        return target;
    }

    /// <summary>Call between pieces: keeps memory bounded and lets a slow client slow us down.</summary>
    public async ValueTask FlushIfFullAsync()
    {
        if (_pipe is { CanGetUnflushedBytes: true, UnflushedBytes: >= FlushEveryBytes })
        {
            await _pipe.FlushAsync(_context.RequestAborted);
        }
    }

    public async ValueTask CompleteAsync()
    {
        if (_buffered is not null)
        {
            var body = _format.Encoding == ResponseEncoding.Yaml
                ? YamlText.FromJson(_buffered.WrittenMemory)
                : IndentedJson.From(_buffered.WrittenMemory);
            _context.Response.ContentLength = body.Length;
            await _context.Response.BodyWriter.WriteAsync(body, _context.RequestAborted);
            return;
        }

        await _pipe!.FlushAsync(_context.RequestAborted);
        if (_gzip is not null)
        {
            await _pipe.CompleteAsync();
            await _gzip.DisposeAsync();
        }
    }

    private static bool AcceptsGzip(HttpRequest request) =>
        request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase);
}
