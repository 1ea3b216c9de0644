using System.Net;

namespace Crescent.NodeAgent.Proxy;

/// <summary>Where a connection to a service can go.</summary>
/// <param name="Address">Address of the endpoint.</param>
/// <param name="Port">Target port.</param>
internal readonly record struct Endpoint(IPAddress Address, int Port) : IComparable<Endpoint>
{
    /// <summary>By the address as a number, then the port.</summary>
    public int CompareTo(Endpoint other)
    {
        var byAddress = Address.GetAddressBytes().AsSpan().SequenceCompareTo(other.Address.GetAddressBytes());
        return byAddress != 0 ? byAddress : Port.CompareTo(other.Port);
    }
}
