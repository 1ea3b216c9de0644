using Orleans.Runtime;

namespace Crescent.SiloHost.Clustering;

/// <summary>The gateways of the silos alive now. The membership table is read at most once every few seconds.</summary>
internal sealed class GatewayDirectory(IGrainFactory grains, TimeProvider time)
{
    private static readonly TimeSpan Freshness = TimeSpan.FromSeconds(2);
    private readonly Lock _lock = new();
    private Task<string[]>? _current;
    private long _readAt;

    /// <summary><c>address:port:generation</c> of each gateway.</summary>
    public async Task<string[]> GetAsync(CancellationToken cancellationToken)
    {
        Task<string[]> current;
        lock (_lock)
        {
            if (_current is null || _current.IsFaulted || time.GetElapsedTime(_readAt) > Freshness)
            {
                _readAt = time.GetTimestamp();
                _current = ReadAsync();
            }

            current = _current;
        }

        return await current.WaitAsync(cancellationToken);
    }

    private async Task<string[]> ReadAsync()
    {
        var members = await grains.GetGrain<IManagementGrain>(0).GetDetailedHosts(onlyActive: true);
        return
        [
            .. from member in members
               where member.ProxyPort > 0
               select $"{member.SiloAddress.Endpoint.Address}:{member.ProxyPort}:{member.SiloAddress.Generation}",
        ];
    }
}
