using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using Crescent.Api.Streaming.Spdy;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

/// <summary>The client's side of SPDY over HTTPS, as kubectl up to 1.29 speaks it.</summary>
internal sealed class SpdyClient : IAsyncDisposable
{
    private readonly Stream _stream;
    private readonly SpdyHeaderWriter _headers = new();
    private uint _nextId = 1;

    private SpdyClient(Stream stream, string head) => (_stream, Head) = (stream, head);

    /// <summary>Head of the answer to the upgrade.</summary>
    public string Head { get; }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static async Task<SpdyClient> ConnectAsync(ApiHost host, string path, params string[] versions)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(IPAddress.Loopback, host.Address.Port, Cancelled);
        var tls = new SslStream(new NetworkStream(socket, ownsSocket: true), false, static (_, presented, _, _) => presented is not null);
        var certificate = host.Authority.IssueClient("kubernetes-admin", "system:masters");
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions { TargetHost = "localhost", ClientCertificates = [certificate], LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate },
            Cancelled);
        var wanted = string.Concat(versions.Select(static version => $"X-Stream-Protocol-Version: {version}\r\n"));
        await tls.WriteAsync(
            System.Text.Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n{wanted}\r\n"), Cancelled);
        var head = new List<byte>();
        var one = new byte[1];
        while (!System.Text.Encoding.ASCII.GetString([.. head]).EndsWith("\r\n\r\n", StringComparison.Ordinal) && await tls.ReadAsync(one, Cancelled) > 0)
        {
            head.Add(one[0]);
        }

        return new(tls, System.Text.Encoding.ASCII.GetString([.. head]));
    }

    /// <summary>Opens a stream and answers its number.</summary>
    public async Task<uint> OpenAsync(params (string, string)[] headers)
    {
        var id = _nextId;
        _nextId += 2;
        var head = new byte[10];
        BinaryPrimitives.WriteUInt32BigEndian(head, id);
        await _stream.WriteAsync(SpdyFrame.Control(SpdyFrameType.SynStream, 0, (ReadOnlySpan<byte>)[.. head, .. _headers.Write(headers)]), Cancelled);
        return id;
    }

    public async Task SendAsync(uint id, string text, bool isFin = false)
    {
        var frame = new byte[SpdyFrame.HeadBytes + text.Length];
        SpdyFrame.WriteDataHead(frame, id, isFin, text.Length);
        System.Text.Encoding.ASCII.GetBytes(text, frame.AsSpan(SpdyFrame.HeadBytes));
        await _stream.WriteAsync(frame, Cancelled);
    }

    /// <summary>Everything the server sends on each stream until all of <paramref name="ids"/> have ended.</summary>
    public async Task<Dictionary<uint, string>> ReadToEndAsync(params uint[] ids)
    {
        var texts = ids.ToDictionary(static id => id, static _ => "");
        var open = ids.ToHashSet();
        var head = new byte[SpdyFrame.HeadBytes];
        while (open.Count > 0)
        {
            await _stream.ReadExactlyAsync(head, Cancelled);
            var frame = SpdyFrame.ReadHead(head);
            var payload = new byte[frame.Length];
            await _stream.ReadExactlyAsync(payload, Cancelled);
            if (frame.Type is null)
            {
                texts[frame.StreamId] = texts.GetValueOrDefault(frame.StreamId, "") + System.Text.Encoding.UTF8.GetString(payload);
                if (frame.IsFin)
                {
                    open.Remove(frame.StreamId);
                }
            }
        }

        return texts;
    }

    public ValueTask DisposeAsync() => _stream.DisposeAsync();
}
