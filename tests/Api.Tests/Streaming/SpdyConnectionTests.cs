using System.Buffers.Binary;
using Crescent.Api.Streaming.Spdy;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

public sealed class SpdyConnectionTests
{
    private readonly DuplexPipe _pipe = new();
    private readonly SpdyHeaderWriter _headers = new();

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stream_OpenedByTheClient_CarriesDataBothWaysAndEnds()
    {
        await using var connection = new SpdyConnection(_pipe.Server);
        var reading = connection.RunAsync(Cancelled);
        await SendAsync(Open(1, ("streamtype", "data")), Data(1, "ping", isFin: true));

        var stream = await connection.Opened.ReadAsync(Cancelled);
        Assert.Equal("data", stream.Header("streamtype"));
        Assert.Equal((SpdyFrameType.SynReply, 1u), await NextControlAsync());
        var read = await stream.Input.ReadAtLeastAsync(4, Cancelled);
        Assert.Equal("ping"u8.ToArray(), System.Buffers.BuffersExtensions.ToArray(read.Buffer));
        stream.Input.AdvanceTo(read.Buffer.End);

        await stream.WriteAsync("pong"u8.ToArray(), Cancelled);
        await stream.CloseWriteAsync(Cancelled);
        var (data, payload) = await NextAsync();
        Assert.Equal((1u, false, "pong"), (data.StreamId, data.IsFin, System.Text.Encoding.ASCII.GetString(payload)));
        (data, payload) = await NextAsync();
        Assert.True(data.IsFin && payload.Length == 0);

        await _pipe.Client.DisposeAsync();
        await reading;
        Assert.True((await stream.Input.ReadAsync(Cancelled)).IsCompleted);
    }

    [Fact]
    public async Task Ping_OfTheClient_ComesBack()
    {
        await using var connection = new SpdyConnection(_pipe.Server);
        var reading = connection.RunAsync(Cancelled);
        await SendAsync(SpdyFrame.Numbers(SpdyFrameType.Ping, 7));
        Assert.Equal((SpdyFrameType.Ping, 7u), await NextControlAsync());
        await _pipe.Client.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task Stream_WithAnEvenNumber_EndsTheConnection()
    {
        await using var connection = new SpdyConnection(_pipe.Server);
        var reading = connection.RunAsync(Cancelled);
        await SendAsync(Open(2));
        Assert.Equal((SpdyFrameType.GoAway, 0u), await NextControlAsync());
        await reading;
        Assert.True(connection.Opened.Completion.IsCompleted);
    }

    [Fact]
    public async Task Stream_ResetByTheClient_FailsItsReader()
    {
        await using var connection = new SpdyConnection(_pipe.Server);
        var reading = connection.RunAsync(Cancelled);
        await SendAsync(Open(1), SpdyFrame.Numbers(SpdyFrameType.RstStream, 1, 5));
        var stream = await connection.Opened.ReadAsync(Cancelled);
        await Assert.ThrowsAsync<IOException>(async () => await stream.Input.ReadAsync(Cancelled));
        await _pipe.Client.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task Write_MoreThanAFrameHolds_IsSplit()
    {
        await using var connection = new SpdyConnection(_pipe.Server);
        var reading = connection.RunAsync(Cancelled);
        await SendAsync(Open(1));
        var stream = await connection.Opened.ReadAsync(Cancelled);
        await NextControlAsync();
        var writing = stream.WriteAsync(new byte[SpdyFrame.MaxDataBytes + 1], Cancelled).AsTask();
        Assert.Equal(SpdyFrame.MaxDataBytes, (await NextAsync()).Payload.Length);
        Assert.Single((await NextAsync()).Payload);
        await writing;
        await _pipe.Client.DisposeAsync();
        await reading;
    }

    [Fact]
    public async Task RandomBytes_EndTheConnectionWithoutSurprise()
    {
        var random = new Random(31);
        for (var round = 0; round < 2000; round++)
        {
            byte[] bytes = [.. new SpdyHeaderWriter().Write(), .. Open(1, new SpdyHeaderWriter(), ("streamtype", "data")), .. Data(1, "some data", false)];
            bytes = bytes[6..];
            for (var change = random.Next(1, 10); change > 0; change--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            using var transport = new MemoryStream();
            transport.Write(bytes);
            transport.Position = 0;
            await using var connection = new SpdyConnection(transport);
            await connection.RunAsync(Cancelled);
            Assert.True(connection.Opened.Completion.IsCompleted || connection.Opened.Count > 0);
        }
    }

    private byte[] Open(uint id, params (string, string)[] headers) => Open(id, _headers, headers);

    private static byte[] Open(uint id, SpdyHeaderWriter writer, params (string, string)[] headers)
    {
        var head = new byte[10];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        return SpdyFrame.Control(SpdyFrameType.SynStream, 0, (ReadOnlySpan<byte>)[.. head, .. writer.Write(headers)]);
    }

    private static byte[] Data(uint id, string text, bool isFin)
    {
        var frame = new byte[SpdyFrame.HeadBytes + text.Length];
        SpdyFrame.WriteDataHead(frame, id, isFin, text.Length);
        System.Text.Encoding.ASCII.GetBytes(text, frame.AsSpan(SpdyFrame.HeadBytes));
        return frame;
    }

    private async Task SendAsync(params byte[][] frames)
    {
        foreach (var frame in frames)
        {
            await _pipe.Client.WriteAsync(frame, Cancelled);
        }

        await _pipe.Client.FlushAsync(Cancelled);
    }

    private async Task<(SpdyFrame Frame, byte[] Payload)> NextAsync()
    {
        var head = new byte[SpdyFrame.HeadBytes];
        await _pipe.Client.ReadExactlyAsync(head, Cancelled);
        var frame = SpdyFrame.ReadHead(head);
        var payload = new byte[frame.Length];
        await _pipe.Client.ReadExactlyAsync(payload, Cancelled);
        return (frame, payload);
    }

    private async Task<(SpdyFrameType, uint)> NextControlAsync()
    {
        var (frame, payload) = await NextAsync();
        return (frame.Type!.Value, SpdyFrame.ReadId(payload));
    }
}
