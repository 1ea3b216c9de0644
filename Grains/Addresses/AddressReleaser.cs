using System.Text.Json;
using Crescent.Addresses;
using Crescent.Definitions;
using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Addresses;

/// <summary>
/// Gives addresses back after the commit that gave them up: earlier, another service could take an address that is still in use.
/// A lost release is made up for by the allocator's sweep.
/// </summary>
internal sealed partial class AddressReleaser(IGrainFactory grains, ILogger<AddressReleaser> logger) : ICommitObserver
{
    public void OnCommitted(ResourceChange change)
    {
        if (change.Current.Key.Type != KnownTypes.Services || change.Kind == ResourceEventKind.Added)
        {
            return;
        }

        var (address, ports) = change.Kind == ResourceEventKind.Deleted ? ("", []) : Kept(change.Current.Body);
        if (change.Kind == ResourceEventKind.Modified && change.Previous is { } previous && Kept(previous.Body) is var (oldAddress, oldPorts)
            && oldAddress == address && oldPorts.SequenceEqual(ports))
        {
            return;
        }

        _ = ReleaseAsync(ServiceAddresses.OwnerOf(change.Current), change.Current.Uid, address, ports);
    }

    private async Task ReleaseAsync(string owner, string uid, string address, long[] ports)
    {
        try
        {
            await grains.GetGrain<IAddressAllocatorGrain>(IAddressAllocatorGrain.Key).ReleaseAsync(uid, address, ports);
        }
        catch (Exception exception)
        {
            LogNotReleased(exception, owner);
        }
    }

    private static (string Address, long[] Ports) Kept(byte[] body)
    {
        using var service = JsonDocument.Parse(body);
        return (service.RootElement.Text("spec", "clusterIP"), [.. ServiceAddresses.NodePorts(service.RootElement)]);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Addresses of service {Owner} were not released; the next sweep frees them")]
    private partial void LogNotReleased(Exception exception, string owner);
}
