namespace Crescent.Chaos.Clusters;

/// <summary>
/// A network namespace per silo, joined by a bridge in the present one, where the database is: so a silo can be cut off from its peers, or
/// from the database, and from nobody else. Needs root and the programs ip and nft.
/// </summary>
internal sealed class ChaosNetwork : IAsyncDisposable
{
    private const string Prefix = "10.77.0.";
    private readonly string _name;
    private readonly List<string> _namespaces = [];

    private ChaosNetwork(string name) => _name = name;

    /// <summary>Address of the present namespace on the bridge.</summary>
    public static string Gateway => $"{Prefix}1";

    // A container engine filters what goes over bridges, and lets nothing pass that is not its own.
    private static bool IsFiltered => File.Exists("/usr/sbin/iptables");

    public static bool IsPossible => Environment.IsPrivilegedProcess && File.Exists("/usr/sbin/nft") && Directory.Exists("/run/netns");

    public static async Task<ChaosNetwork> CreateAsync(string name, int silos)
    {
        var network = new ChaosNetwork(name);
        await Shell.RunAsync("ip", "link", "add", name, "type", "bridge");
        await Shell.RunAsync("ip", "address", "add", $"{Gateway}/24", "dev", name);
        await Shell.RunAsync("ip", "link", "set", name, "up");
        if (IsFiltered)
        {
            await Shell.RunAsync("iptables", "--insert", "FORWARD", "--in-interface", name, "--jump", "ACCEPT");
        }

        for (var silo = 0; silo < silos; silo++)
        {
            await network.AddAsync($"{name}-{silo + 1}", $"{name}v{silo + 1}", AddressOf(silo));
        }

        return network;
    }

    public static string AddressOf(int silo) => $"{Prefix}{11 + silo}";

    public string NamespaceOf(int silo) => _namespaces[silo];

    /// <summary>Drops everything between one silo and its peers, both ways.</summary>
    public Task CutPeersAsync(int silo)
    {
        var peers = string.Join(", ", Enumerable.Range(0, _namespaces.Count).Where(other => other != silo).Select(AddressOf));
        return CutAsync(silo, $"ip saddr {{ {peers} }}", $"ip daddr {{ {peers} }}");
    }

    /// <summary>Drops everything between one silo and the database's port; the clients, at the same address, still reach it.</summary>
    public Task CutDatabaseAsync(int silo, int port) => CutAsync(silo, $"tcp sport {port}", $"tcp dport {port}");

    public Task HealAsync(int silo) => InAsync(silo, "nft", "delete table inet chaos");

    public async ValueTask DisposeAsync()
    {
        foreach (var space in _namespaces)
        {
            await Shell.RunAsync("ip", "netns", "delete", space);
        }

        if (IsFiltered)
        {
            await Shell.RunAsync("iptables", "--delete", "FORWARD", "--in-interface", _name, "--jump", "ACCEPT");
        }

        await Shell.RunAsync("ip", "link", "delete", _name);
    }

    private async Task AddAsync(string space, string link, string address)
    {
        await Shell.RunAsync("ip", "netns", "add", space);
        _namespaces.Add(space);
        await Shell.RunAsync("ip", "link", "add", link, "type", "veth", "peer", "name", "eth0", "netns", space);
        await Shell.RunAsync("ip", "link", "set", link, "master", _name, "up");
        foreach (var command in (string[])["link set lo up", $"address add {address}/24 dev eth0", "link set eth0 up", $"route add default via {Gateway}"])
        {
            await Shell.RunAsync("nsenter", [$"--net=/run/netns/{space}", "ip", .. command.Split(' ')]);
        }
    }

    private Task CutAsync(int silo, string from, string to) => InAsync(
        silo, "nft",
        $"table inet chaos {{ chain in {{ type filter hook input priority 0; {from} drop; }}; "
            + $"chain out {{ type filter hook output priority 0; {to} drop; }}; }}");

    private Task InAsync(int silo, string program, string argument) =>
        Shell.RunAsync("nsenter", $"--net=/run/netns/{_namespaces[silo]}", program, argument);
}
