using System.Collections.Immutable;
using System.Net;
using Crescent.NodeAgent.Dns;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Tests.Networks;
using DnsClient;
using DnsClient.Protocol;
using Microsoft.Extensions.Logging.Abstractions;

namespace Crescent.NodeAgent.Tests.Dns;

/// <summary>The server on a loopback port, asked by an independent client.</summary>
public sealed class DnsEndpointTests : IAsyncLifetime
{
    private readonly CancellationTokenSource _stop = new();
    private readonly List<(DnsEndpoint Endpoint, Task Running)> _servers = [];
    private LookupClient _client = null!;
    private IPEndPoint _address = null!;
    private ImmutableArray<IPEndPoint> _upstreams = [];

    public ValueTask InitializeAsync()
    {
        _address = Start(Zone("cluster.local"), () => _upstreams);
        _client = Client(_address);
        return ValueTask.CompletedTask;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        foreach (var (endpoint, running) in _servers)
        {
            await running;
            endpoint.Dispose();
        }

        _stop.Dispose();
    }

    [Theory]
    [InlineData("web.default.svc.cluster.local", "10.198.0.1")]
    [InlineData("WEB.Default.svc.Cluster.LOCAL", "10.198.0.1")]
    [InlineData("db.prod.svc.cluster.local", "10.199.1.5,10.199.2.6")]
    [InlineData("db-0.db.prod.svc.cluster.local", "10.199.1.5")]
    [InlineData("10-199-2-6.db.prod.svc.cluster.local", "10.199.2.6")]
    [InlineData("10-1-2-3.default.pod.cluster.local", "10.1.2.3")]
    public async Task Address_OfName_IsAnswered(string name, string expected)
    {
        var answer = await _client.QueryAsync(name, QueryType.A);

        Assert.False(answer.HasError, answer.ErrorMessage);
        Assert.True(answer.Header.HasAuthorityAnswer);
        Assert.Equal(expected, string.Join(',', answer.Answers.ARecords().Select(record => record.Address.ToString()).Order()));
        Assert.All(answer.Answers.ARecords(), record => Assert.InRange(record.InitialTimeToLive, 1, 30));
    }

    [Theory]
    [InlineData("web.default.svc.cluster.local", QueryType.AAAA, DnsHeaderResponseCode.NoError)]
    [InlineData("default.svc.cluster.local", QueryType.A, DnsHeaderResponseCode.NoError)]
    [InlineData("_tcp.web.default.svc.cluster.local", QueryType.SRV, DnsHeaderResponseCode.NoError)]
    [InlineData("nobody.default.svc.cluster.local", QueryType.A, DnsHeaderResponseCode.NotExistentDomain)]
    [InlineData("not-ready.db.prod.svc.cluster.local", QueryType.A, DnsHeaderResponseCode.NotExistentDomain)]
    [InlineData("9.9.198.10.in-addr.arpa", QueryType.PTR, DnsHeaderResponseCode.NotExistentDomain)]
    public async Task Question_WithoutRecords_IsAnsweredWithAuthority(string name, QueryType type, DnsHeaderResponseCode code)
    {
        var answer = await _client.QueryAsync(name, type);

        Assert.Equal(code, answer.Header.ResponseCode);
        Assert.Empty(answer.Answers);
        Assert.InRange(Assert.Single(answer.Authorities.OfType<SoaRecord>()).Minimum, 1u, 30u);
    }

    [Fact]
    public async Task Srv_OfService_NamesPortAndTarget()
    {
        var answer = await _client.QueryAsync("_http._tcp.web.default.svc.cluster.local", QueryType.SRV);

        var record = Assert.Single(answer.Answers.SrvRecords());
        Assert.Equal((80, "web.default.svc.cluster.local."), (record.Port, record.Target.Value));
        Assert.Equal("10.198.0.1", Assert.Single(answer.Additionals.OfType<ARecord>()).Address.ToString());
    }

    [Fact]
    public async Task Srv_OfHeadlessService_NamesEachEndpoint()
    {
        var answer = await _client.QueryAsync("_sql._tcp.db.prod.svc.cluster.local", QueryType.SRV);

        Assert.Equal(
            ["10-199-2-6.db.prod.svc.cluster.local.:5432", "db-0.db.prod.svc.cluster.local.:5432"],
            answer.Answers.SrvRecords().Select(record => $"{record.Target.Value}:{record.Port}").Order());
    }

    [Theory]
    [InlineData("10.198.0.1", "web.default.svc.cluster.local.")]
    [InlineData("10.199.1.5", "db-0.db.prod.svc.cluster.local.")]
    public async Task Ptr_OfAddress_NamesServiceOrEndpoint(string address, string expected)
    {
        var answer = await _client.QueryReverseAsync(IPAddress.Parse(address));

        Assert.Equal(expected, Assert.Single(answer.Answers.PtrRecords()).PtrDomainName.Value);
    }

    [Fact]
    public async Task SpecificationVersion_IsTold()
    {
        var answer = await _client.QueryAsync("dns-version.cluster.local", QueryType.TXT);

        Assert.Equal("1.1.0", Assert.Single(Assert.Single(answer.Answers.TxtRecords()).Text));
    }

    [Fact]
    public async Task ManyEndpoints_OverUdp_AreTruncatedAndCompleteOverTcp()
    {
        await Assert.ThrowsAsync<DnsResponseException>(
            () => Client(_address, tcpFallback: false).QueryAsync("many.default.svc.cluster.local", QueryType.A));

        var complete = await _client.QueryAsync("many.default.svc.cluster.local", QueryType.A);
        Assert.Equal(300, complete.Answers.ARecords().Count());
    }

    [Fact]
    public async Task Headless_AskedOften_RotatesItsAddresses()
    {
        var firsts = new HashSet<string>();
        for (var i = 0; i < 4; i++)
        {
            var answer = await _client.QueryAsync("db.prod.svc.cluster.local", QueryType.A);
            firsts.Add(answer.Answers.ARecords().First().Address.ToString());
        }

        Assert.Equal(2, firsts.Count);
    }

    [Fact]
    public async Task Name_OutsideTheCluster_IsForwardedAndKept()
    {
        var asked = 0;
        var upstream = Start(Zone("example.test"), () => []);
        _upstreams = [upstream];

        for (; asked < 3; asked++)
        {
            var answer = await _client.QueryAsync("web.default.svc.example.test", QueryType.A);
            Assert.Equal("10.198.0.1", Assert.Single(answer.Answers.ARecords()).Address.ToString());
            _upstreams = []; // Later answers can only come from memory.
        }

        var missing = await _client.QueryAsync("elsewhere.test", QueryType.A);
        Assert.Equal(DnsHeaderResponseCode.ServerFailure, missing.Header.ResponseCode);
    }

    [Fact]
    public async Task Upstream_Silent_NextOneIsAsked()
    {
        using var silent = new System.Net.Sockets.UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        _upstreams = [(IPEndPoint)silent.Client.LocalEndPoint!, Start(Zone("example.test"), () => [])];

        var answer = await _client.QueryAsync("web.default.svc.example.test", QueryType.A);

        Assert.Equal("10.198.0.1", Assert.Single(answer.Answers.ARecords()).Address.ToString());
    }

    [Theory]
    [InlineData("inside.default.svc.cluster.local", "web.default.svc.cluster.local.", "10.198.0.1")]
    [InlineData("outside.default.svc.cluster.local", "web.default.svc.example.test.", "10.198.0.1")]
    public async Task ExternalName_IsAnsweredWithAliasAndAddress(string name, string alias, string address)
    {
        _upstreams = [Start(Zone("example.test"), () => [])];

        var answer = await _client.QueryAsync(name, QueryType.A);

        Assert.Equal(alias, Assert.Single(answer.Answers.CnameRecords()).CanonicalName.Value);
        var record = Assert.Single(answer.Answers.ARecords());
        Assert.Equal((alias, address), (record.DomainName.Value, record.Address.ToString()));
    }

    private static DnsZone Zone(string domain) => DnsZoneBuilder.Build(
        Cluster.State(
            Cluster.Service("web", """{"clusterIP":"10.198.0.1","ports":[{"name":"http","protocol":"TCP","port":80}]}"""),
            Cluster.Service("prod/db", """{"clusterIP":"None","ports":[{"name":"sql","protocol":"TCP","port":5432}]}"""),
            Cluster.Slice("prod/db", """[{"name":"sql","protocol":"TCP","port":5432}]""", """
                [{"addresses":["10.199.1.5"],"hostname":"db-0","conditions":{"ready":true}},
                 {"addresses":["10.199.2.6"]},
                 {"addresses":["10.199.2.7"],"hostname":"not-ready","conditions":{"ready":false}}]
                """),
            Cluster.Service("many", """{"clusterIP":"None"}"""),
            Cluster.Slice("many", "[]", Cluster.Ready(Enumerable.Range(0, 300).Select(i => $"10.199.{100 + (i / 250)}.{(i % 250) + 1}"))),
            Cluster.Service("inside", """{"type":"ExternalName","externalName":"web.default.svc.cluster.local"}"""),
            Cluster.Service("outside", """{"type":"ExternalName","externalName":"web.default.svc.example.test"}""")),
        domain,
        [IPNetwork.Parse("10.198.0.0/16"), IPNetwork.Parse("10.199.0.0/16")]);

    private static LookupClient Client(IPEndPoint address, bool tcpFallback = true) => new(new LookupClientOptions(address)
    {
        UseCache = false,
        UseTcpFallback = tcpFallback,
        Timeout = TimeSpan.FromSeconds(10),
        Retries = 0,
    });

    private IPEndPoint Start(DnsZone zone, Func<ImmutableArray<IPEndPoint>> upstreams)
    {
        var forwarder = new DnsForwarder(
            upstreams, new DnsCache(TimeProvider.System), TimeProvider.System, NullLogger<DnsForwarder>.Instance);
        var endpoint = new DnsEndpoint(forwarder, TimeProvider.System, NullLogger<DnsEndpoint>.Instance) { Zone = zone };
        var address = endpoint.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _servers.Add((endpoint, endpoint.RunAsync(_stop.Token)));
        return address;
    }
}
