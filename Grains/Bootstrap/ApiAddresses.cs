using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Bootstrap;

/// <summary>Finds the addresses the API is reached on; see <see cref="ApiEndpointsOptions.Addresses"/>.</summary>
internal sealed class ApiAddresses(IOptionsMonitor<ApiEndpointsOptions> options, ISiloStatusOracle silos)
{
    /// <summary>In ordinal order; never loopback, which would mean something else inside a pod.</summary>
    public IReadOnlyList<string> Find()
    {
        IEnumerable<string> addresses = options.CurrentValue.Addresses;
        if (!addresses.Any())
        {
            addresses = Usable(silos.GetApproximateSiloStatuses(onlyActive: true).Keys.Select(static silo => silo.Endpoint.Address));
        }

        if (!addresses.Any())
        {
            addresses = Usable(NetworkInterface.GetAllNetworkInterfaces()
                .Where(static network => network.OperationalStatus == OperationalStatus.Up && network.GetIPProperties().GatewayAddresses.Count > 0)
                .SelectMany(static network => network.GetIPProperties().UnicastAddresses).Select(static unicast => unicast.Address)).Take(1);
        }

        return [.. addresses.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
    }

    private static IEnumerable<string> Usable(IEnumerable<IPAddress> addresses) =>
        addresses.Where(static address => address.AddressFamily == AddressFamily.InterNetwork && !IPAddress.IsLoopback(address)
                && !address.Equals(IPAddress.Any))
            .Select(static address => address.ToString());
}
