namespace Crescent.NodeAgent.Networks;

/// <summary>The kernel settings pod traffic needs. Only ever switched on, never off: other software on the host may need them too.</summary>
internal static class KernelSettings
{
    private const string Root = "/proc/sys/net";

    /// <summary>Returns the settings that are not as needed and could not be changed.</summary>
    public static async Task<IReadOnlyList<string>> EnsureAsync(string bridge, CancellationToken cancellationToken)
    {
        // Replies of a pod to a neighbour on the same bridge are translated back only when bridged packets pass the IP hooks.
        string[] needed = ["ipv4/ip_forward", $"ipv4/conf/{bridge}/route_localnet", "bridge/bridge-nf-call-iptables"];
        var failed = new List<string>();
        foreach (var setting in needed)
        {
            if (!await EnsureOneAsync(Path.Combine(Root, setting), cancellationToken))
            {
                failed.Add("net/" + setting);
            }
        }

        return failed;
    }

    private static async Task<bool> EnsureOneAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            if ((await File.ReadAllTextAsync(path, cancellationToken)).Trim() is "0")
            {
                await File.WriteAllTextAsync(path, "1", cancellationToken);
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
