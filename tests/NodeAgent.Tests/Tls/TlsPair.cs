using System.Net;
using System.Net.Sockets;

namespace Crescent.NodeAgent.Tests.Tls;

/// <summary>The two ends of a loopback connection.</summary>
internal sealed class TlsPair : IDisposable
{
    private readonly TcpClient _caller = new();
    private readonly TcpClient _called;

    private TlsPair(TcpListener listener)
    {
        _caller.Connect((IPEndPoint)listener.LocalEndpoint);
        _called = listener.AcceptTcpClient();
    }

    public Stream Caller => _caller.GetStream();

    public Stream Called => _called.GetStream();

    public static TlsPair Create()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new TlsPair(listener);
    }

    public void Dispose()
    {
        _caller.Dispose();
        _called.Dispose();
    }
}
