using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Proxy;

/// <summary>
/// Keeps the loaded service table equal to the wanted one, together with the other agents of the host: all of them want the same
/// content, the first one loads it and the others find it loaded.
/// </summary>
internal sealed partial class ServiceTable(INftables nftables, ILogger<ServiceTable> logger)
{
    private NftTable? _loaded;

    /// <exception cref="InvalidOperationException">The table cannot be loaded at all.</exception>
    public async Task LoadAsync(NftTable wanted, CancellationToken cancellationToken)
    {
        if (_loaded is { } last)
        {
            if (last.Marker == wanted.Marker)
            {
                return;
            }

            if (await nftables.TryRunAsync(NftScript.Change(last, wanted), cancellationToken) is null)
            {
                ProxyInstruments.Changes.Add(1);
                _loaded = wanted;
                return;
            }
        }

        // Another agent was here, or this one has just started.
        if (!await nftables.HasChainAsync(wanted.Name, wanted.Marker, cancellationToken))
        {
            await RewriteAsync(wanted, cancellationToken);
        }

        _loaded = wanted;
    }

    /// <summary>Loads again what was loaded last, if the table has vanished (a firewall reload flushes everything).</summary>
    public async Task RepairAsync(CancellationToken cancellationToken)
    {
        if (_loaded is { } wanted && !await nftables.HasChainAsync(wanted.Name, ServiceRules.EntryChain, cancellationToken))
        {
            LogVanished(logger);
            await RewriteAsync(wanted, cancellationToken);
        }
    }

    private async Task RewriteAsync(NftTable wanted, CancellationToken cancellationToken)
    {
        ProxyInstruments.Rewrites.Add(1);
        if (await nftables.ListAsync(wanted.Name, cancellationToken) is { } listing)
        {
            var refused = await nftables.TryRunAsync(NftScript.Replace(listing, wanted), cancellationToken);
            if (refused is null || await nftables.HasChainAsync(wanted.Name, wanted.Marker, cancellationToken))
            {
                return;
            }

            LogNotReplaced(logger, refused);
        }

        if (await nftables.TryRunAsync(NftScript.Create(wanted), cancellationToken) is { } error)
        {
            ProxyInstruments.Failures.Add(1);
            throw new InvalidOperationException($"nft refused the service table: {error}");
        }
    }

    [LoggerMessage(LogLevel.Warning, "The service table had vanished; loading it again")]
    private static partial void LogVanished(ILogger logger);

    [LoggerMessage(LogLevel.Warning, "The service table could not be replaced in place and is built anew: {Reason}")]
    private static partial void LogNotReplaced(ILogger logger, string reason);
}
