using System.Buffers;
using System.IO.Pipelines;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Watching;

/// <summary>
/// The open response of a watch: frames collect in the connection's buffer and go out batch by batch. A client that reads nothing for too long
/// is cut off, this stream of its connection alone.
/// </summary>
internal sealed class WatchStream
{
    private const int FlushEveryBytes = 64 * 1024;
    private readonly HttpContext _context;
    private readonly PipeWriter _writer;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    private WatchStream(HttpContext context, TimeSpan patience, TimeProvider time)
    {
        _context = context;
        _patience = patience;
        _time = time;
        _writer = context.Response.BodyWriter;
    }

    /// <summary>Sends the head at once: clients wait for it before they count the watch as begun.</summary>
    public static async ValueTask<WatchStream> OpenAsync(HttpContext context, string contentType, TimeSpan patience, TimeProvider time)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stream = new WatchStream(context, patience, time);
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
    /// <exception cref="TimeoutException">It read nothing for too long, and has been cut off.</exception>
    public ValueTask FlushAsync()
    {
        var flush = _writer.FlushAsync(_context.RequestAborted);
        return flush.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(WaitAsync(flush.AsTask()));
    }

    private async Task WaitAsync(Task<FlushResult> flush)
    {
        try
        {
            await flush.WaitAsync(_patience, _time);
        }
        catch (TimeoutException)
        {
            _context.Abort();
            throw;
        }
    }

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
