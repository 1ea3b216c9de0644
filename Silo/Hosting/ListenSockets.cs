using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Crescent.SiloHost.Hosting;

internal static class ListenSockets
{
    private const int SocketLevel = 1;
    private const int ReusePort = 15;

    /// <summary>A listening socket that other processes of this user may bind next to it (Linux SO_REUSEPORT).</summary>
    public static Socket CreateShared(EndPoint endpoint)
    {
        if (endpoint is not IPEndPoint ip || !OperatingSystem.IsLinux())
        {
            return SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

        var socket = new Socket(ip.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        if (ip.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.DualMode = ip.Address.Equals(IPAddress.IPv6Any);
        }

        socket.SetRawSocketOption(SocketLevel, ReusePort, BitConverter.GetBytes(1));
        socket.Bind(ip);
        return socket;
    }
}
