using System.Buffers;
using System.Globalization;
using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Streaming;

/// <summary>Carries the streams of one command over a WebSocket until the command ends or the other side goes away.</summary>
internal sealed class RemoteCommandSocket(WebSocket socket, RemoteCommandProtocol protocol, TimeProvider time) : IAsyncDisposable
{
    private const byte Input = 0;
    private const byte Output = 1;
    private const byte Error = 2;
    private const byte Status = 3;
    private const byte Resize = 4;
    private const byte Close = 255;
    private const int BufferSize = 32 * 1024;

    private static readonly TimeSpan CloseLimit = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _sending = new(1, 1);

    public async Task RunAsync(Func<CancellationToken, Task<IExecSession>> open, bool tty, CancellationToken cancellationToken)
    {
        using var own = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, own.Token);
        try
        {
            await using var session = await open(ended.Token);
            var input = ReceiveAsync(session, tty, ended);
            await SendOutputAsync(session, ended.Token);
            var code = await session.GetExitCodeAsync(ended.Token);
            await SendStatusAsync(StatusOf(code ?? 0), code is null or 0, ended.Token);
            await CloseAsync(ended.Token);
            await FinishAsync(input, own);
        }
        catch (RuntimeException problem)
        {
            await SendStatusAsync(FailureStatus(problem.Message), isSuccess: false, cancellationToken);
            await CloseAsync(cancellationToken);
        }
        catch (Exception problem) when (problem is OperationCanceledException or WebSocketException or IOException)
        {
            // The other side went away; the command goes on by itself, as with kubelet.
            socket.Abort();
        }
    }

    public ValueTask DisposeAsync()
    {
        _sending.Dispose();
        return ValueTask.CompletedTask;
    }

    internal static JsonObject StatusOf(int exitCode) => exitCode == 0
        ? new JsonObject { ["metadata"] = new JsonObject(), ["status"] = "Success" }
        : new JsonObject
        {
            ["metadata"] = new JsonObject(),
            ["status"] = "Failure",
            ["message"] = $"command terminated with non-zero exit code: command terminated with exit code {exitCode.ToString(CultureInfo.InvariantCulture)}",
            ["reason"] = "NonZeroExitCode",
            ["details"] = new JsonObject
            {
                ["causes"] = new JsonArray(new JsonObject { ["reason"] = "ExitCode", ["message"] = exitCode.ToString(CultureInfo.InvariantCulture) }),
            },
        };

    private static JsonObject FailureStatus(string message) => new()
    {
        ["metadata"] = new JsonObject(),
        ["status"] = "Failure",
        ["message"] = $"error executing command in container: {message}",
        ["reason"] = "InternalError",
        ["details"] = new JsonObject { ["causes"] = new JsonArray(new JsonObject { ["message"] = message }) },
        ["code"] = 500,
    };

    /// <summary>Waits for the other side's half of the closing handshake, but not for ever.</summary>
    private async Task FinishAsync(Task input, CancellationTokenSource limit)
    {
        limit.CancelAfter(CloseLimit);
        await input;
    }

    private async Task SendOutputAsync(IExecSession session, CancellationToken cancellationToken)
    {
        // One byte is kept in front for the channel.
        var buffer = new byte[BufferSize];
        var message = new byte[BufferSize + 1];
        while (await session.ReadAsync(buffer, cancellationToken) is { Count: > 0 } piece)
        {
            message[0] = piece.IsError ? Error : Output;
            buffer.AsSpan(0, piece.Count).CopyTo(message.AsSpan(1));
            await SendAsync(message.AsMemory(0, piece.Count + 1), cancellationToken);
        }
    }

    private async Task ReceiveAsync(IExecSession session, bool tty, CancellationTokenSource ended)
    {
        var message = new ArrayBufferWriter<byte>(BufferSize);
        try
        {
            while (true)
            {
                message.ResetWrittenCount();
                ValueWebSocketReceiveResult received;
                do
                {
                    received = await socket.ReceiveAsync(message.GetMemory(BufferSize), ended.Token);
                    message.Advance(received.Count);
                }
                while (!received.EndOfMessage);

                if (received.MessageType == WebSocketMessageType.Close)
                {
                    await ended.CancelAsync();
                    return;
                }

                await HandleAsync(session, tty, message.WrittenMemory, ended.Token);
            }
        }
        catch (Exception problem) when (problem is OperationCanceledException or WebSocketException or IOException)
        {
            await ended.CancelAsync();
        }
    }

    private async Task HandleAsync(IExecSession session, bool tty, ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        if (message.Length == 0)
        {
            return;
        }

        var data = message[1..];
        switch (message.Span[0])
        {
            case Input when data.Length > 0:
                await session.WriteInputAsync(data, cancellationToken);
                break;
            case Close when protocol.CanCloseInput && data.Length > 0 && data.Span[0] == Input:
                session.CloseInput();
                break;
            case Resize when tty && TryReadSize(data, out var width, out var height):
                await session.ResizeAsync(width, height, cancellationToken);
                break;
        }
    }

    private static bool TryReadSize(ReadOnlyMemory<byte> data, out int width, out int height)
    {
        (width, height) = (0, 0);
        try
        {
            using var size = JsonDocument.Parse(data);
            return size.RootElement.TryGetProperty("Width", out var w) && w.TryGetInt32(out width) &&
                size.RootElement.TryGetProperty("Height", out var h) && h.TryGetInt32(out height) && width > 0 && height > 0;
        }
        catch (JsonException)
        {
            // A size that cannot be read changes nothing.
            return false;
        }
    }

    private async Task SendStatusAsync(JsonObject status, bool isSuccess, CancellationToken cancellationToken)
    {
        if (protocol.HasStatus)
        {
            await SendAsync([Status, .. JsonSerializer.SerializeToUtf8Bytes(status)], cancellationToken);
        }
        else if (!isSuccess)
        {
            await SendAsync([Status, .. Encoding.UTF8.GetBytes(status["message"]!.GetValue<string>())], cancellationToken);
        }
    }

    private async Task SendAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        await _sending.WaitAsync(cancellationToken);
        try
        {
            await socket.SendAsync(message, WebSocketMessageType.Binary, endOfMessage: true, cancellationToken);
        }
        finally
        {
            _sending.Release();
        }
    }

    private Task SendAsync(byte[] message, CancellationToken cancellationToken) => SendAsync(message.AsMemory(), cancellationToken);

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (socket.State is WebSocketState.Open or WebSocketState.CloseReceived)
        {
            await socket.CloseOutputAsync(WebSocketCloseStatus.NormalClosure, "", cancellationToken);
        }
    }
}
