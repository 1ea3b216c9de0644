using System.Buffers.Binary;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Dns;

/// <summary>
/// Asks the host's resolvers. The one that answered last is asked first, the next after a timeout; equal questions under way share one
/// exchange.
/// </summary>
internal sealed partial class DnsForwarder(Func<ImmutableArray<IPEndPoint>> upstreams, DnsCache cache, TimeProvider time, ILogger<DnsForwarder> logger)
{
    private const int Rounds = 2;
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    private readonly ConcurrentDictionary<byte[], Lazy<Task<DnsReply?>>> _underWay = new(DnsNameComparer.Instance);
    private volatile IPEndPoint? _lastGood;

    /// <param name="lowerQuestion">Question section with the name in lower case.</param>
    /// <param name="hasEdns">Ask with EDNS, because the client did.</param>
    /// <param name="wantsDnssec">Ask for DNSSEC records.</param>
    /// <param name="isWhole">A truncated answer is asked for again over TCP.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>The answer and its age; null when no resolver answered.</returns>
    public async Task<(DnsReply Reply, TimeSpan Age)?> AskAsync(
        byte[] lowerQuestion, bool hasEdns, bool wantsDnssec, bool isWhole, CancellationToken cancellationToken)
    {
        byte[] key = [.. lowerQuestion, (byte)((hasEdns ? 1 : 0) | (wantsDnssec ? 2 : 0))];
        if (cache.Find(key) is { } kept)
        {
            DnsInstruments.CacheHits.Add(1);
            return kept;
        }

        byte[] flight = [.. key, (byte)(isWhole ? 1 : 0)];
        var exchange = _underWay.GetOrAdd(flight, _ => new Lazy<Task<DnsReply?>>(() => ExchangeAsync(lowerQuestion, hasEdns, wantsDnssec, isWhole)));
        try
        {
            var reply = await exchange.Value.WaitAsync(cancellationToken);
            if (reply is null)
            {
                return null;
            }

            cache.Keep(key, reply);
            return (reply, TimeSpan.Zero);
        }
        finally
        {
            _underWay.TryRemove(new KeyValuePair<byte[], Lazy<Task<DnsReply?>>>(flight, exchange));
        }
    }

    private async Task<DnsReply?> ExchangeAsync(byte[] lowerQuestion, bool hasEdns, bool wantsDnssec, bool isWhole)
    {
        var servers = upstreams();
        if (_lastGood is { } good && servers.Contains(good))
        {
            servers = servers.Remove(good).Insert(0, good);
        }

        for (var round = 0; round < Rounds; round++)
        {
            foreach (var server in servers)
            {
                DnsInstruments.Forwarded.Add(1);
                try
                {
                    using var timeout = new CancellationTokenSource(Timeout, time);
                    var query = WriteQuery(lowerQuestion, hasEdns, wantsDnssec);
                    var reply = await AskUdpAsync(server, query, lowerQuestion, timeout.Token);
                    if (reply.IsTruncated && isWhole)
                    {
                        reply = await AskTcpAsync(server, query, lowerQuestion, timeout.Token);
                    }

                    if (reply.Code is DnsCode.ServerFailure or DnsCode.Refused && servers.Length > 1 && round == 0)
                    {
                        continue;
                    }

                    _lastGood = server;
                    return reply;
                }
                catch (Exception exception) when (exception is SocketException or OperationCanceledException or IOException)
                {
                    LogNoAnswer(logger, exception, server);
                }
            }
        }

        DnsInstruments.ForwardFailures.Add(1);
        return null;
    }

    private static byte[] WriteQuery(byte[] question, bool hasEdns, bool wantsDnssec)
    {
        var query = new byte[DnsQuery.HeaderLength + question.Length + (hasEdns ? 11 : 0)];
        BinaryPrimitives.WriteUInt16BigEndian(query, (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1));
        query[2] = 1; // Recursion desired.
        query[5] = 1;
        question.CopyTo(query, DnsQuery.HeaderLength);
        if (hasEdns)
        {
            query[11] = 1;
            var opt = query.AsSpan(DnsQuery.HeaderLength + question.Length);
            BinaryPrimitives.WriteUInt16BigEndian(opt[1..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(opt[3..], 1232);
            opt[7] = (byte)(wantsDnssec ? 0x80 : 0);
        }

        return query;
    }

    private static async Task<DnsReply> AskUdpAsync(IPEndPoint server, byte[] query, byte[] lowerQuestion, CancellationToken cancellationToken)
    {
        using var socket = new Socket(server.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(server, cancellationToken);
        await socket.SendAsync(query, cancellationToken);
        var buffer = new byte[4096];
        while (true)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (DnsReply.TryRead(buffer.AsSpan(0, length), BinaryPrimitives.ReadUInt16BigEndian(query), lowerQuestion) is { } reply)
            {
                return reply; // Anything else is a stray or forged packet.
            }
        }
    }

    private static async Task<DnsReply> AskTcpAsync(IPEndPoint server, byte[] query, byte[] lowerQuestion, CancellationToken cancellationToken)
    {
        using var client = new TcpClient(server.AddressFamily);
        await client.ConnectAsync(server, cancellationToken);
        var stream = client.GetStream();
        var framed = new byte[query.Length + 2];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed, 2);
        await stream.WriteAsync(framed, cancellationToken);
        var length = new byte[2];
        await stream.ReadExactlyAsync(length, cancellationToken);
        var message = new byte[BinaryPrimitives.ReadUInt16BigEndian(length)];
        await stream.ReadExactlyAsync(message, cancellationToken);
        return DnsReply.TryRead(message, BinaryPrimitives.ReadUInt16BigEndian(query), lowerQuestion)
            ?? throw new IOException($"{server} sent a malformed answer");
    }

    [LoggerMessage(LogLevel.Debug, "No answer from {Server}")]
    private static partial void LogNoAnswer(ILogger logger, Exception exception, IPEndPoint server);
}
