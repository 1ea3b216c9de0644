using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Crescent.NodeAgent.Hosting;

namespace Crescent.NodeAgent.Registration;

/// <summary>Where this node can be reached.</summary>
internal static class NodeAddresses
{
    /// <summary>The configured address, else the one this machine uses towards the cluster, or anywhere when the cluster is on it.</summary>
    public static IPAddress Internal(AgentOptions options)
    {
        if (options.Address is { } configured)
        {
            return IPAddress.Parse(configured);
        }

        return Towards(options.Server.Host, options.Server.Port) is { } address && !IPAddress.IsLoopback(address)
            ? address
            : Towards("192.0.2.1", 9) ?? IPAddress.Loopback;
    }

    public static string[] DnsNames()
    {
        var host = System.Net.Dns.GetHostName().ToLowerInvariant();
        return Uri.CheckHostName(host) == UriHostNameType.Dns ? [host] : [];
    }

    /// <summary>The internal one and all others of this machine that are up.</summary>
    public static IEnumerable<IPAddress> All(AgentOptions options)
    {
        var local =
            from nic in NetworkInterface.GetAllNetworkInterfaces()
            where nic.OperationalStatus == OperationalStatus.Up
            from address in nic.GetIPProperties().UnicastAddresses
            where address.Address.AddressFamily == AddressFamily.InterNetwork
            select address.Address;
        return local.Prepend(Internal(options)).Distinct().Take(32);
    }

    /// <summary>A datagram socket "connected" to a host sends nothing but learns the route's source address.</summary>
    private static IPAddress? Towards(string host, int port)
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
            socket.Connect(host, port);
            return ((IPEndPoint)socket.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
