namespace Crescent.NodeAgent.Proxy;

/// <summary>Where tables are loaded.</summary>
internal interface INftables
{
    /// <summary>Runs a script as one transaction; returns null, or why the kernel or the parser refused it.</summary>
    Task<string?> TryRunAsync(string script, CancellationToken cancellationToken);

    /// <summary>Whether a table has a chain of this name.</summary>
    Task<bool> HasChainAsync(string table, string chain, CancellationToken cancellationToken);

    /// <summary>Names in a table; null when there is no such table.</summary>
    Task<NftListing?> ListAsync(string table, CancellationToken cancellationToken);
}
