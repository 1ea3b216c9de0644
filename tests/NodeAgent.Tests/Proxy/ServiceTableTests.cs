using System.Net;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Proxy;
using Crescent.NodeAgent.Tests.Networks;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crescent.NodeAgent.Tests.Proxy;

/// <summary>Several writers of one table, in a network namespace of their own.</summary>
public sealed class ServiceTableTests : IAsyncLifetime
{
    private const string Namespace = "crescent-nft-test";
    private readonly NamespacedNftables _nftables = new(Namespace);
    private string? _missing;

    public async ValueTask InitializeAsync()
    {
        if (!OperatingSystem.IsLinux() || Environment.UserName != "root"
            || !(await HostProgram.RunAsync("nft", ["--version"])).Succeeded)
        {
            _missing = "These tests need root on Linux with nftables";
            return;
        }

        await HostProgram.RunAsync("ip", ["netns", "del", Namespace]);
        var made = await HostProgram.RunAsync("ip", ["netns", "add", Namespace]);
        _missing = made.Succeeded ? null : $"These tests need network namespaces: {made.Errors}";
    }

    public async ValueTask DisposeAsync() => await HostProgram.RunAsync("ip", ["netns", "del", Namespace]);

    [Fact]
    public async Task Load_ThroughAllKindsOfServices_LeavesWhatAFreshTableHas()
    {
        Require();
        var table = NewTable();
        NetworkSnapshot[] states = [Cluster.State(), Plain(1), Plain(3), Rich(2), Rich(3), Plain(2), Rich(1), Cluster.State()];
        foreach (var state in states)
        {
            var wanted = Rules(state);
            await table.LoadAsync(wanted, CancellationToken.None);
            var reached = await DumpAsync();

            await _nftables.RunOrThrowAsync(NftScript.Create(wanted));

            Assert.Equal(await DumpAsync(), reached);
        }
    }

    [Fact]
    public async Task Load_AnotherAgentWasFaster_LeavesItsTableAlone()
    {
        Require();
        var (one, two) = (NewTable(), NewTable());
        await one.LoadAsync(Rules(Plain(1)), CancellationToken.None);
        await two.LoadAsync(Rules(Plain(1)), CancellationToken.None);
        await one.LoadAsync(Rules(Plain(2)), CancellationToken.None);
        _nftables.Accepted = 0;

        await two.LoadAsync(Rules(Plain(2)), CancellationToken.None);

        Assert.Equal(0, _nftables.Accepted);
    }

    [Fact]
    public async Task Load_OverAnUnknownState_KeepsClientsOfSessionAffinity()
    {
        Require();
        await NewTable().LoadAsync(Rules(Rich(2)), CancellationToken.None);
        const string clients = "aff/60/default/rich/tcp/80/10.244.1.1/8080";
        await _nftables.RunOrThrowAsync($"add element ip crescent {clients} {{ 192.0.2.9 }}");

        await NewTable().LoadAsync(Rules(Rich(3)), CancellationToken.None); // A restarted agent.

        var set = await HostProgram.RunAsync("ip", ["netns", "exec", Namespace, "nft", "list", "set", "ip", "crescent", clients]);
        Assert.Contains("192.0.2.9", set.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Repair_TableWasFlushed_LoadsItAgain()
    {
        Require();
        var table = NewTable();
        await table.LoadAsync(Rules(Plain(2)), CancellationToken.None);
        var before = await DumpAsync();
        await _nftables.RunOrThrowAsync("flush ruleset");

        await table.RepairAsync(CancellationToken.None);

        Assert.Equal(before, await DumpAsync());
    }

    private static ServiceTable NewTable(INftables nftables) => new(nftables, NullLogger<ServiceTable>.Instance);

    private static NftTable Rules(NetworkSnapshot state) => new ServiceRules().Build(
        state, new ServiceRulesContext("crescent", IPNetwork.Parse("10.244.0.0/16"), IPNetwork.Parse("10.96.0.0/16"), ["n1"]));

    private static NetworkSnapshot Plain(int endpoints) => Cluster.State(
        Cluster.Service("plain", """
            {"type":"NodePort","clusterIP":"10.96.0.8","ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":30080}]}
            """),
        Slice("plain", endpoints));

    private static NetworkSnapshot Rich(int endpoints) => Cluster.State(
        Cluster.Service("rich", """
            {"type":"NodePort","clusterIP":"10.96.0.9","externalIPs":["203.0.113.9"],"externalTrafficPolicy":"Local",
             "sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},
             "ports":[{"name":"http","protocol":"TCP","port":80,"nodePort":30081},{"name":"dns","protocol":"UDP","port":53}]}
            """),
        Slice("rich", endpoints));

    private static Resources.ResourceSnapshot Slice(string service, int endpoints) => Cluster.Slice(
        service,
        """[{"name":"http","protocol":"TCP","port":8080},{"name":"dns","protocol":"UDP","port":5353}]""",
        $"[{string.Join(',', Enumerable.Range(1, endpoints).Select(i => $$"""{"addresses":["10.244.1.{{i}}"],"nodeName":"n{{i}}"}"""))}]");

    private ServiceTable NewTable() => NewTable(_nftables);

    // nft lists objects in order of creation; the text is compared as a bag of blocks.
    private async Task<string> DumpAsync()
    {
        var dump = await HostProgram.RunAsync("ip", ["netns", "exec", Namespace, "nft", "-s", "list", "table", "ip", "crescent"]);
        Assert.True(dump.Succeeded, dump.Errors);
        return string.Join("\n\n", dump.Output.Trim().TrimEnd('}').Split("\n\n").Select(block => block.Replace("table ip crescent {\n", "", StringComparison.Ordinal).Trim()).Order(StringComparer.Ordinal));
    }

    private void Require()
    {
        if (_missing is not null)
        {
            Assert.SkipWhen(Environment.GetEnvironmentVariable("CI") != "true", _missing);
            Assert.Fail(_missing);
        }
    }
}
