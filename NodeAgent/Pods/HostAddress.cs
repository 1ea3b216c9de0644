using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Crescent.NodeAgent.Pods;

/// <summary>The configured address, else the one the default route leaves from.</summary>
internal sealed class HostAddress(IOptions<PodOptions> options) : IHostAddress
{
    private readonly Lazy<string> _address = new(() => options.Value.HostAddress is { Length: > 0 } configured ? configured : Detect());

    public string Current => _address.Value;

    /// <summary>Connecting a datagram socket sends nothing; it only chooses a route.</summary>
    private static string Detect()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(new IPEndPoint(new IPAddress([192, 0, 2, 1]), 9));
            return ((IPEndPoint)socket.LocalEndPoint!).Address.ToString();
        }
        catch (SocketException)
        {
            // No route to the outside: a machine by itself.
            return IPAddress.Loopback.ToString();
        }
    }
}
