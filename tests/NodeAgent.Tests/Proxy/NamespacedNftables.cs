using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Proxy;

namespace Crescent.NodeAgent.Tests.Proxy;

/// <summary>nftables of another network namespace.</summary>
internal sealed class NamespacedNftables(string ns) : INftables
{
    /// <summary>Scripts that were loaded.</summary>
    public int Accepted { get; set; }

    public async Task<string?> TryRunAsync(string script, CancellationToken cancellationToken)
    {
        var result = await NftAsync(["-f", "-"], script);
        Accepted += result.Succeeded ? 1 : 0;
        return result.Succeeded ? null : result.Errors;
    }

    public async Task RunOrThrowAsync(string script)
    {
        if (await TryRunAsync(script, CancellationToken.None) is { } error)
        {
            throw new InvalidOperationException(error + script);
        }
    }

    public async Task<bool> HasChainAsync(string table, string chain, CancellationToken cancellationToken) =>
        (await NftAsync(["list", "chain", "ip", table, chain])).Succeeded;

    public async Task<NftListing?> ListAsync(string table, CancellationToken cancellationToken)
    {
        var result = await NftAsync(["-j", "-t", "list", "table", "ip", table]);
        return result.Succeeded ? NftListing.Parse(result.Output) : null;
    }

    private Task<ProgramResult> NftAsync(string[] arguments, string? input = null) =>
        HostProgram.RunAsync("ip", ["netns", "exec", ns, "nft", .. arguments], input);
}
