using System.Net;
using Crescent.NodeAgent.Runtimes;

namespace Crescent.NodeAgent.Networks.Links;

/// <summary>
/// Gives out addresses for sandboxes the agent attaches itself. What is in use is what the engine holds sandboxes for, so nothing is
/// stored; an address is taken from the moment it is given out until its sandbox is gone.
/// </summary>
internal sealed class PodAddresses(RuntimeState state)
{
    private readonly Lock _lock = new();
    private readonly HashSet<IPAddress> _givenOut = [];
    private IPAddress? _last;

    /// <exception cref="RuntimeException">No address is free.</exception>
    public PodLink Take(BridgeSegment segment)
    {
        lock (_lock)
        {
            var sandboxes = state.All.SelectMany(static pod => pod.Sandboxes).ToList();
            var taken = new HashSet<IPAddress>(_givenOut);
            foreach (var sandbox in sandboxes)
            {
                // A sandbox that ended may still have containers in its network.
                if (sandbox.Link is { } link)
                {
                    taken.Add(link.Address);
                }
                else if (IPAddress.TryParse(sandbox.Address, out var other))
                {
                    taken.Add(other);
                }
            }

            _last ??= sandboxes.Where(static sandbox => sandbox.Link is not null).MaxBy(static sandbox => sandbox.CreatedAt)?.Link?.Address;
            _last = AddressRange.Next(segment.PodCidr, _last, taken)
                ?? throw new RuntimeException($"no address is free in {segment.PodCidr}", isTransient: true);
            _givenOut.Add(_last);
            return new PodLink(segment.Name, _last, segment.PodCidr.PrefixLength, NodeTable.Gateway(segment.PodCidr), segment.Mtu ?? 0);
        }
    }

    /// <summary>The sandbox is known to the agent by now, or was never made.</summary>
    public void Settle(PodLink link)
    {
        lock (_lock)
        {
            _givenOut.Remove(link.Address);
        }
    }
}
