using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Watching;

/// <summary>The open response of a watch: frames collect in the connection's buffer and go out batch by batch.</summary>
internal sealed class WatchStream
{
    private const int FlushEveryBytes = 64 * 1024;
    private readonly HttpContext _context;
    private readonly PipeWriter _writer;

    private WatchStream(HttpContext context)
    {
        _context = context;
        _writer = context.Response.BodyWriter;
    }

    /// <summary>Sends the head at once: clients wait for it before they count the watch as begun.</summary>
    public static async ValueTask<WatchStream> OpenAsync(HttpContext context, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stream = new WatchStream(context);
        await context.Response.StartAsync(context.RequestAborted);
        await stream.FlushAsync();
        return stream;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame)
    {
        _writer.Write(frame.Span);
        if (_writer is { CanGetUnflushedBytes: true, UnflushedBytes: >= FlushEveryBytes })
        {
            await FlushAsync();
        }
    }

    /// <summary>Waits while the client is slow to read.</summary>
    public async ValueTask FlushAsync() => await _writer.FlushAsync(_context.RequestAborted);

    /// <summary>A last frame, unless the client has gone.</summary>
    public async ValueTask EndAsync(ReadOnlyMemory<byte> frame)
    {
        if (!_context.RequestAborted.IsCancellationRequested && !frame.IsEmpty)
        {
            await WriteAsync(frame);
            await FlushAsync();
        }
    }
}
