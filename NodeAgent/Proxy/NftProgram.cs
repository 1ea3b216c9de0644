using Crescent.NodeAgent.Networks;

namespace Crescent.NodeAgent.Proxy;

/// <summary>The <c>nft</c> program of the host.</summary>
internal sealed class NftProgram : INftables
{
    public async Task<string?> TryRunAsync(string script, CancellationToken cancellationToken)
    {
        var result = await HostProgram.RunAsync("nft", ["-f", "-"], script, cancellationToken);
        return result.Succeeded ? null : result.Errors.Trim();
    }

    public async Task<bool> HasChainAsync(string table, string chain, CancellationToken cancellationToken) =>
        (await HostProgram.RunAsync("nft", ["list", "chain", "ip", table, chain], null, cancellationToken)).Succeeded;

    public async Task<NftListing?> ListAsync(string table, CancellationToken cancellationToken)
    {
        var result = await HostProgram.RunAsync("nft", ["-j", "-t", "list", "table", "ip", table], null, cancellationToken);
        return result.Succeeded ? NftListing.Parse(result.Output) : null;
    }
}
