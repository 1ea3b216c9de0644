using System.Buffers.Binary;
using System.Collections.Immutable;
using System.Globalization;
using System.Net;
using Crescent.Addresses;

namespace Crescent.Grains.Addresses;

/// <summary>
/// Chooses addresses and ports. Like Kubernetes it leaves the lowest part of a range to those who ask for a certain address and takes
/// the rest for everyone else, so the two seldom collide.
/// </summary>
internal sealed class AddressPlanner
{
    private readonly uint _first;
    private readonly uint _size;
    private readonly AddressOptions _options;

    public AddressPlanner(AddressOptions options)
    {
        _options = options;
        var range = IPNetwork.Parse(options.ServiceRange);
        _first = BinaryPrimitives.ReadUInt32BigEndian(range.BaseAddress.GetAddressBytes());
        _size = 1u << (32 - range.PrefixLength);
    }

    /// <summary>Decides a request against what is taken; <paramref name="start"/> spreads the search and may be any number.</summary>
    public AddressAllocation Plan(AddressRequest request, IReadOnlyDictionary<string, AddressHolder> holders, uint start)
    {
        var address = "";
        if (request.Address is { } wanted)
        {
            if (wanted.Length > 0 && Refuse(wanted, request, holders) is { } problem)
            {
                return new() { AddressProblem = problem };
            }

            address = wanted.Length > 0 ? wanted : FindAddress(holders, start);
            if (address.Length == 0)
            {
                return new() { AddressProblem = "failed to allocate IP for service: range is full" };
            }
        }

        var ports = ImmutableArray.CreateBuilder<long>(request.NodePorts.Length);
        for (var index = 0; index < request.NodePorts.Length; index++)
        {
            var port = request.NodePorts[index];
            if (port != 0 && RefusePort(port, request, holders) is { } portProblem)
            {
                return new() { RefusedPort = index, PortProblem = portProblem };
            }

            port = port != 0 ? port : FindPort(holders, ports, request.NodePorts, start);
            if (port == 0)
            {
                return new() { RefusedPort = index, PortProblem = "failed to allocate a nodePort: range is full" };
            }

            ports.Add(port);
        }

        return new() { Address = address, NodePorts = ports.ToImmutable() };
    }

    /// <summary>Whether an address lies in the range, network and broadcast address apart.</summary>
    public bool Contains(string address) =>
        IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork
        && BinaryPrimitives.ReadUInt32BigEndian(parsed.GetAddressBytes()) - _first is > 0 and var offset && offset < _size - 1;

    private string? Refuse(string wanted, AddressRequest request, IReadOnlyDictionary<string, AddressHolder> holders) =>
        !Contains(wanted) ? $"failed to allocate IP {wanted}: the provided IP ({wanted}) is not in the valid range. The range of valid IPs is {_options.ServiceRange}"
        : holders.TryGetValue(wanted, out var holder) && !IsOwn(holder, request) ? $"failed to allocate IP {wanted}: provided IP is already allocated" : null;

    private string? RefusePort(long port, AddressRequest request, IReadOnlyDictionary<string, AddressHolder> holders) =>
        port < _options.FirstNodePort || port > _options.LastNodePort
            ? $"provided port is not in the valid range. The range of valid ports is {_options.FirstNodePort}-{_options.LastNodePort}"
            : holders.TryGetValue(Text(port), out var holder) && !IsOwn(holder, request) ? "provided port is already allocated" : null;

    private string FindAddress(IReadOnlyDictionary<string, AddressHolder> holders, uint start)
    {
        var low = Math.Min(Math.Max(16, _size / 16), 256);
        low = low < _size - 2 ? low : 1;
        foreach (var (from, count) in new[] { (low, _size - 1 - low), (1u, low - 1) })
        {
            for (uint step = 0; step < count; step++)
            {
                var address = Text(_first + from + ((start + step) % count));
                if (!holders.ContainsKey(address))
                {
                    return address;
                }
            }
        }

        return "";
    }

    private long FindPort(IReadOnlyDictionary<string, AddressHolder> holders, IEnumerable<long> given, ImmutableArray<long> wanted, uint start)
    {
        var count = _options.LastNodePort - _options.FirstNodePort + 1;
        for (var step = 0; step < count; step++)
        {
            var port = _options.FirstNodePort + (((start % count) + step) % count);
            if (!holders.ContainsKey(Text(port)) && !given.Contains(port) && !wanted.Contains(port))
            {
                return port;
            }
        }

        return 0;
    }

    private static bool IsOwn(AddressHolder holder, AddressRequest request) => holder.OwnerUid == request.OwnerUid;

    private static string Text(long port) => port.ToString(CultureInfo.InvariantCulture);

    private static string Text(uint address)
    {
        Span<byte> bytes = stackalloc byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, address);
        return new IPAddress(bytes).ToString();
    }
}
