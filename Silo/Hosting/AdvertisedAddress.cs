using System.Net;
using System.Net.Sockets;

namespace Crescent.SiloHost.Hosting;

internal static class AdvertisedAddress
{
    /// <summary>A documentation address: a datagram socket "connected" to it sends nothing but learns the route's source.</summary>
    private static readonly IPEndPoint Elsewhere = new(IPAddress.Parse("192.0.2.1"), 9);

    /// <summary>The configured address, else the one this machine would use towards others, else loopback.</summary>
    public static IPAddress Find(string? configured)
    {
        if (configured is not null)
        {
            return IPAddress.Parse(configured);
        }

        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(Elsewhere);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return IPAddress.Loopback;
        }
    }
}
