namespace Crescent.NodeAgent.Networks;

/// <summary>
/// Docker drops forwarded packets by default and separates its bridges. An accept in a table of our own cannot overrule a drop in another
/// table, so one rule goes where the engine's rules start: packets marked by a node's own table pass. What gets the mark is decided in
/// <see cref="NodeTable"/> alone. The rule is the same for all nodes of a host.
/// </summary>
internal static class ForwardAccept
{
    private static readonly string[] Chains = ["DOCKER-USER", "FORWARD"];

    private static readonly string[] Rule =
        ["-m", "mark", "--mark", $"0x{NodeTable.ForwardMark:x}/0x{NodeTable.ForwardMark:x}", "-j", "ACCEPT"];

    /// <summary>
    /// Puts the rule first into DOCKER-USER, or into FORWARD where that does not exist. False when there is no iptables: then nobody
    /// filters through it either.
    /// </summary>
    public static async Task<bool> EnsureAsync(CancellationToken cancellationToken)
    {
        foreach (var chain in Chains)
        {
            var check = await RunAsync("-C", chain, [], cancellationToken);
            if (check.Succeeded)
            {
                return true;
            }

            if (check.ExitCode == HostProgram.NotFound)
            {
                return false;
            }

            if ((await RunAsync("-I", chain, ["1"], cancellationToken)).Succeeded)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Removes every copy of the rule.</summary>
    public static async Task RemoveAsync(CancellationToken cancellationToken)
    {
        foreach (var chain in Chains)
        {
            while ((await RunAsync("-D", chain, [], cancellationToken)).Succeeded)
            {
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
    }

    private static Task<ProgramResult> RunAsync(string verb, string chain, string[] position, CancellationToken cancellationToken) =>
        HostProgram.RunAsync("iptables", ["-w", "5", verb, chain, .. position, .. Rule], null, cancellationToken);
}
