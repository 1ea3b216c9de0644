using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Tls;
using Crescent.SiloHost.Certificates;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>An agent that starts again goes on with what it has, unless it is told of another cluster.</summary>
public sealed class NodeRejoinTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task TryLoad_SameAuthority_GoesOn()
    {
        var home = await JoinAsync("again");

        Assert.True(Start(home, "again", Path.Combine(silo.Options.Home, "pki", "ca.crt")));
    }

    [Fact]
    public async Task TryLoad_AuthorityFileRemovedSince_GoesOn()
    {
        var home = await JoinAsync("alone");

        Assert.True(Start(home, "alone", Path.Combine(home, "no-such.crt")));
    }

    [Fact]
    public async Task TryLoad_AuthorityOfAnotherCluster_JoinsAnew()
    {
        var home = await JoinAsync("moved");
        var other = Path.Combine(home, "other.crt");
        var authority = CertificateAuthority.CreateSelfSigned("crescent-ca", TimeSpan.FromDays(1), TimeProvider.System);
        await File.WriteAllTextAsync(other, authority.Certificate.ExportCertificatePem(), TestContext.Current.CancellationToken);

        Assert.False(Start(home, "moved", other));
    }

    private static bool Start(string home, string node, string authority) =>
        new NodeCredentials(
            new() { Home = home, NodeName = node, Server = new("https://127.0.0.1"), CaFile = authority })
            .TryLoad(TimeProvider.System.GetUtcNow());

    private async Task<string> JoinAsync(string node)
    {
        await silo.JoinAsync(node);
        return Path.Combine(silo.Options.Home, "agents", node);
    }
}
