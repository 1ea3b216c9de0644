using System.Buffers;
using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Dns;

/// <summary>
/// UDP and TCP sockets on one address. Cluster names are answered in the receive loop without allocation; everything that has to wait
/// leaves the loop.
/// </summary>
internal sealed partial class DnsEndpoint(DnsForwarder forwarder, TimeProvider time, ILogger<DnsEndpoint> logger) : IDisposable
{
    private const int MaxWaiting = 512;
    private const int MaxConnections = 128;
    private static readonly TimeSpan IdleConnection = TimeSpan.FromSeconds(10);

    private readonly SemaphoreSlim _waiting = new(MaxWaiting);
    private readonly SemaphoreSlim _connections = new(MaxConnections);
    private volatile DnsZone? _zone;
    private Socket? _udp;
    private Socket? _tcp;
    private uint _rotation;

    /// <summary>Names served from now on; before the first assignment every answer is SERVFAIL.</summary>
    public DnsZone? Zone
    {
        get => _zone;
        set => _zone = value;
    }

    /// <summary>Binds both sockets; port 0 takes a free one.</summary>
    /// <exception cref="SocketException">The address is not there (yet) or taken.</exception>
    public IPEndPoint Bind(IPEndPoint endpoint)
    {
        var tcp = new Socket(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        var udp = new Socket(endpoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        try
        {
            tcp.Bind(endpoint);
            tcp.Listen();
            udp.Bind(tcp.LocalEndPoint!);
        }
        catch (SocketException)
        {
            tcp.Dispose();
            udp.Dispose();
            throw;
        }

        (_tcp, _udp) = (tcp, udp);
        return (IPEndPoint)tcp.LocalEndPoint!;
    }

    /// <summary>Serves until cancelled.</summary>
    public Task RunAsync(CancellationToken cancellationToken)
    {
        if (_udp is not { } udp || _tcp is not { } tcp)
        {
            throw new InvalidOperationException("The endpoint is not bound");
        }

        return Task.WhenAll(ServeUdpAsync(udp, cancellationToken), ServeTcpAsync(tcp, cancellationToken));
    }

    public void Dispose()
    {
        _udp?.Dispose();
        _tcp?.Dispose();
        _waiting.Dispose();
        _connections.Dispose();
    }

    private async Task ServeUdpAsync(Socket socket, CancellationToken cancellationToken)
    {
        var packet = new byte[4096];
        var answer = new byte[DnsResponder.MaxMessage];
        var client = new SocketAddress(socket.AddressFamily);
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                var length = await socket.ReceiveFromAsync(packet, SocketFlags.None, client, cancellationToken);
                DnsInstruments.Queries.Add(1);
                var verdict = Judge(packet.AsSpan(0, length), answer, isUdp: true);
                if (verdict.Action == DnsAction.Send)
                {
                    await socket.SendToAsync(answer.AsMemory(0, verdict.Length), SocketFlags.None, client, cancellationToken);
                }
                else if (verdict.Action != DnsAction.Ignore && _waiting.Wait(0, CancellationToken.None))
                {
                    // Over the limit a packet is dropped, as by a full socket; the client asks again.
                    _ = AnswerLaterAsync(socket, packet.AsSpan(0, length).ToArray(), verdict, Copy(client), cancellationToken);
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                DnsInstruments.Errors.Add(1);
                LogFailed(logger, exception);
            }
        }
    }

    private async Task AnswerLaterAsync(
        Socket socket, byte[] packet, DnsVerdict verdict, SocketAddress client, CancellationToken cancellationToken)
    {
        var answer = ArrayPool<byte>.Shared.Rent(DnsResponder.MaxMessage);
        try
        {
            var length = await ResolveAsync(packet, verdict, answer, isUdp: true, cancellationToken);
            await socket.SendToAsync(answer.AsMemory(0, length), SocketFlags.None, client, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The agent stops.
        }
        catch (Exception exception)
        {
            DnsInstruments.Errors.Add(1);
            LogFailed(logger, exception);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(answer);
            _waiting.Release();
        }
    }

    private async Task ServeTcpAsync(Socket listener, CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await _connections.WaitAsync(cancellationToken);
                var client = await listener.AcceptAsync(cancellationToken);
                _ = ServeConnectionAsync(client, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (SocketException exception)
            {
                _connections.Release();
                LogFailed(logger, exception);
            }
        }
    }

    private async Task ServeConnectionAsync(Socket client, CancellationToken cancellationToken)
    {
        try
        {
            await using var stream = new NetworkStream(client, ownsSocket: true);
            var frame = new byte[2];
            var answer = new byte[2 + DnsResponder.MaxMessage];
            while (true)
            {
                using var idle = new CancellationTokenSource(IdleConnection, time);
                using var either = CancellationTokenSource.CreateLinkedTokenSource(idle.Token, cancellationToken);
                await stream.ReadExactlyAsync(frame, either.Token);
                var packet = new byte[BinaryPrimitives.ReadUInt16BigEndian(frame)];
                await stream.ReadExactlyAsync(packet, either.Token);
                DnsInstruments.Queries.Add(1);
                var verdict = Judge(packet, answer.AsSpan(2), isUdp: false);
                if (verdict.Action == DnsAction.Ignore)
                {
                    return;
                }

                var length = verdict.Action == DnsAction.Send
                    ? verdict.Length
                    : await ResolveAsync(packet, verdict, answer.AsMemory(2), isUdp: false, cancellationToken);
                BinaryPrimitives.WriteUInt16BigEndian(answer, (ushort)length);
                await stream.WriteAsync(answer.AsMemory(0, length + 2), cancellationToken);
            }
        }
        catch (Exception exception) when (exception is EndOfStreamException or IOException or OperationCanceledException)
        {
            // The client has left or is silent.
        }
        catch (Exception exception)
        {
            DnsInstruments.Errors.Add(1);
            LogFailed(logger, exception);
        }
        finally
        {
            _connections.Release();
        }
    }

    private DnsVerdict Judge(ReadOnlySpan<byte> packet, Span<byte> answer, bool isUdp)
    {
        if (_zone is { } zone)
        {
            return DnsResponder.Answer(zone, packet, answer, isUdp, _rotation++);
        }

        return DnsQuery.Read(packet, out var query) is null
            ? DnsVerdict.Ignore
            : DnsVerdict.Send(DnsResponder.WriteError(query, DnsCode.ServerFailure, answer));
    }

    /// <summary>Answers what cannot be answered at once: names of others, and aliases.</summary>
    private async Task<int> ResolveAsync(
        byte[] packet, DnsVerdict verdict, Memory<byte> answer, bool isUdp, CancellationToken cancellationToken)
    {
        if (verdict.Alias is { } alias)
        {
            return await FollowAsync(packet, alias, answer, isUdp, cancellationToken);
        }

        var (question, hasEdns, wantsDnssec) = ReadQuestion(packet);
        var reply = await forwarder.AskAsync(question, hasEdns, wantsDnssec, isWhole: !isUdp, cancellationToken);
        return Write(packet, reply, answer.Span, isUdp);

        static int Write(byte[] packet, (DnsReply Reply, TimeSpan Age)? reply, Span<byte> answer, bool isUdp)
        {
            DnsQuery.Read(packet, out var query);
            if (reply is not { } found)
            {
                return DnsResponder.WriteError(query, DnsCode.ServerFailure, answer);
            }

            var length = found.Reply.WriteTo(answer, query, found.Age);
            if (isUdp && length > query.Limit)
            {
                length = DnsResponder.WriteError(query, DnsCode.NoError, answer);
                answer[2] |= 0x02; // Truncated: come back over TCP.
            }

            return length;
        }
    }

    // An ExternalName service: the alias, and what its target resolves to, in one answer; stub resolvers do not ask again.
    private async Task<int> FollowAsync(byte[] packet, byte[] alias, Memory<byte> answer, bool isUdp, CancellationToken cancellationToken)
    {
        var (question, _, _) = ReadQuestion(packet);
        byte[] target = [.. alias, .. question[^4..]];
        byte[] header = [0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
        byte[] targetPacket = [.. header, .. target];
        DnsReply? reply;
        var verdict = Judge(targetPacket, answer.Span, isUdp: false);
        if (verdict.Action == DnsAction.Send)
        {
            reply = DnsReply.TryRead(answer.Span[..verdict.Length], 0, target);
        }
        else if (verdict.Action == DnsAction.Forward)
        {
            reply = (await forwarder.AskAsync(target, hasEdns: false, wantsDnssec: false, isWhole: true, cancellationToken))?.Reply;
        }
        else
        {
            reply = null; // Aliases of aliases are not followed: they may form a ring.
        }

        var records = new ArrayBufferWriter<byte>();
        DnsRecordWriter.Write(records, [0xC0, DnsQuery.HeaderLength], DnsType.Cname, alias);
        var count = 1 + (reply?.CopyAnswers(records) ?? 0);
        DnsQuery.Read(packet, out var query);
        return DnsResponder.WriteAnswers(query, records.WrittenSpan, count, DnsCode.NoError, isUdp, answer.Span);
    }

    private static (byte[] Question, bool HasEdns, bool WantsDnssec) ReadQuestion(byte[] packet)
    {
        DnsQuery.Read(packet, out var query);
        var question = query.Question.ToArray();
        DnsName.ToLower(question.AsSpan()[..^4]);
        return (question, query.HasEdns, query.WantsDnssec);
    }

    private static SocketAddress Copy(SocketAddress address)
    {
        var copy = new SocketAddress(address.Family, address.Size);
        address.Buffer.CopyTo(copy.Buffer);
        return copy;
    }

    [LoggerMessage(LogLevel.Warning, "A DNS packet could not be handled")]
    private static partial void LogFailed(ILogger logger, Exception exception);
}
