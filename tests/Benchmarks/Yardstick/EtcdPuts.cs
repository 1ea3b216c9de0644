using System.Text;
using Crescent.Benchmarks.Load.Http2;

namespace Crescent.Benchmarks.Yardstick;

/// <summary>
/// Puts of 1 KB into etcd: <c>etcdserverpb.KV/Put</c> of <see href="https://etcd.io/docs/v3.4/learning/api/"/>, over gRPC
/// without TLS.
/// </summary>
internal sealed class EtcdPuts(Uri address) : IDisposable
{
    private const int ValueLength = 1024;
    private const byte KeyField = 0x0a;
    private const byte ValueField = 0x12;

    private static readonly byte[] Value = [.. Enumerable.Repeat((byte)'x', ValueLength)];

    private readonly Http2Client _http = new(address, tls: null);

    /// <exception cref="HttpRequestException">etcd refused: an answer in order has a message, a refusal only a status behind the headers.</exception>
    public async Task PutAsync(string key)
    {
        var call = new CallExchange { Method = "POST", Path = "/etcdserverpb.KV/Put", Body = Encode(key), ContentType = "application/grpc" };
        if (await _http.CallAsync(call, CancellationToken.None) != 200 || call.Length == 0)
        {
            throw new HttpRequestException($"etcd did not take {key}.");
        }
    }

    public void Dispose() => _http.Dispose();

    /// <summary>A gRPC message (a byte for compression, four for the length) with key and value, each behind its field and length.</summary>
    private static byte[] Encode(string key)
    {
        var name = Encoding.ASCII.GetBytes(key);
        byte[] message = [KeyField, (byte)name.Length, .. name, ValueField, (ValueLength & 127) | 128, ValueLength >> 7, .. Value];
        return [0, 0, 0, (byte)(message.Length >> 8), (byte)message.Length, .. message];
    }
}
