using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.NodeAgent.Hosting;
using Crescent.NodeAgent.Registration;
using Crescent.ManagedTls;
using Crescent.Security;

namespace Crescent.NodeAgent.Tests.Tls;

/// <summary>A node that has joined a cluster: its authority, and managed TLS with the node's credentials.</summary>
public sealed class MemberFixture : IDisposable
{
    public const string NodeName = "node-1";
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-tls-").FullName;

    public MemberFixture()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var user = ClusterIdentities.NodeUser(NodeName);
        using var client = Authority.Issue(user, ClusterIdentities.Nodes, [TestAuthority.ClientUse], key, TimeSpan.FromHours(1));
        using var serving = Authority.Issue(user, ClusterIdentities.Nodes, [TestAuthority.ServerUse], key, TimeSpan.FromHours(1));
        File.WriteAllText(Path.Combine(_home, "node.key"), key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(Path.Combine(_home, "client.crt"), client.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_home, "serving.crt"), serving.ExportCertificatePem());
        File.WriteAllText(Path.Combine(_home, "ca.crt"), Authority.Certificate.ExportCertificatePem());
        Credentials = new(
            new AgentOptions { Home = _home, NodeName = NodeName, Server = new("https://127.0.0.1:6443") });
        Assert.True(Credentials.TryLoad(TimeProvider.System.GetUtcNow()));
        Tls = new(() => Credentials.Client, () => Credentials.Serving, () => Credentials.Authorities);
    }

    internal TestAuthority Authority { get; } = new();

    internal NodeCredentials Credentials { get; }

    internal ManagedConnectionTls Tls { get; }

    internal X509Certificate2Collection Authorities => [Authority.Certificate];

    public void Dispose()
    {
        Authority.Dispose();
        Directory.Delete(_home, recursive: true);
    }
}
