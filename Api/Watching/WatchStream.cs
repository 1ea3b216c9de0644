using System.Buffers;
using System.IO.Pipelines;
using System.Net.WebSockets;
using Crescent.Api.Streaming;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Watching;

/// <summary>
/// The open response of a watch: frames collect in the connection's buffer and go out batch by batch. A client that reads nothing for too long
/// is cut off, this stream of its connection alone. Over a WebSocket each frame is a message.
/// </summary>
internal sealed class WatchStream : IDisposable
{
    private const int FlushEveryBytes = 64 * 1024;
    private readonly HttpContext _context;
    private readonly PipeWriter _writer;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private readonly OutgoingSocket? _socket;
    private readonly bool _isText;

    private WatchStream(HttpContext context, TimeSpan patience, TimeProvider time, OutgoingSocket? socket, bool isText)
    {
        _context = context;
        _socket = socket;
        _isText = isText;
        _patience = patience;
        _time = time;
        _writer = context.Response.BodyWriter;
    }

    /// <summary>The client has left.</summary>
    public CancellationToken Ended => _socket?.Ended ?? _context.RequestAborted;

    public static async ValueTask<WatchStream> OpenSocketAsync(HttpContext context, string? protocol, bool isText, TimeSpan patience, TimeProvider time) =>
        new(context, patience, time, await OutgoingSocket.AcceptAsync(context, protocol), isText);

    /// <summary>Sends the head at once: clients wait for it before they count the watch as begun.</summary>
    public static async ValueTask<WatchStream> OpenAsync(HttpContext context, string contentType, TimeSpan patience, TimeProvider time)
    {
        context.Response.ContentType = contentType;
        context.Response.Headers.CacheControl = "no-cache, private";
        context.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
        var stream = new WatchStream(context, patience, time, socket: null, isText: false);
        await context.Response.StartAsync(context.RequestAborted);
        await stream.FlushAsync();
        return stream;
    }

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> frame)
    {
        if (_socket is not null)
        {
            var sent = _socket.SendAsync(_isText ? frame : frame[WatchFrame.LengthBytes..], _isText ? WebSocketMessageType.Text : WebSocketMessageType.Binary);
            await (sent.IsCompletedSuccessfully ? Task.CompletedTask : WaitAsync(sent.AsTask()));
            return;
        }

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
        if (_socket is not null)
        {
            return ValueTask.CompletedTask;
        }

        var flush = _writer.FlushAsync(_context.RequestAborted);
        return flush.IsCompletedSuccessfully ? ValueTask.CompletedTask : new(WaitAsync(flush.AsTask()));
    }

    public void Dispose() => _socket?.Dispose();

    private async Task WaitAsync(Task flush)
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
        if (!Ended.IsCancellationRequested && !frame.IsEmpty)
        {
            await WriteAsync(frame);
            await FlushAsync();
        }
    }

    /// <summary>Ends the conversation of a WebSocket; a response needs nothing.</summary>
    public Task CloseAsync() => _socket?.CloseAsync() ?? Task.CompletedTask;
}
