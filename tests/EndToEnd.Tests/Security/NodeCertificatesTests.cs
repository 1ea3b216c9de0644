using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.Joining;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Crescent.SiloHost.Joining;
using Microsoft.Extensions.Options;

namespace Crescent.EndToEnd.Tests.Security;

public sealed class NodeCertificatesTests : IDisposable
{
    private readonly string _home = Directory.CreateTempSubdirectory("crescent-pki-").FullName;
    private readonly ClusterSecrets _secrets;
    private readonly NodeCertificates _nodes;

    public NodeCertificatesTests()
    {
        _secrets = ClusterSecrets.Open(_home, new(), TimeProvider.System);
        _nodes = new(_secrets, Options.Create(new CertificateOptions()));
    }

    public void Dispose() => Directory.Delete(_home, recursive: true);

    [Fact]
    public void Issue_GoodRequest_NamesTheNodeWhateverTheRequestSays()
    {
        var (reply, refusal) = _nodes.Issue(Request("n1", "CN=kubernetes-admin,O=system:masters"));

        Assert.Null(refusal);
        using var certificate = X509Certificate2.CreateFromPem(reply!.ClientCertificate);
        Assert.Equal("n1", ClusterIdentities.NodeNameOf(certificate));
        Assert.False(ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Masters));
        Assert.True(ClusterTrust.IsIssuedBy(certificate, [X509Certificate2.CreateFromPem(reply.Authority)]));
    }

    [Theory]
    [InlineData("N1")]
    [InlineData("n1/../n2")]
    [InlineData("")]
    public void Issue_BadNodeName_IsRefused(string name)
    {
        Assert.Null(_nodes.Issue(Request(name)).Reply);
    }

    [Theory]
    [InlineData("kubernetes.default.svc")]
    [InlineData("not a name")]
    public void Issue_NameOfSomethingElse_IsRefused(string dnsName)
    {
        Assert.Null(_nodes.Issue(Request("n1", dnsNames: [dnsName])).Reply);
    }

    [Fact]
    public void Issue_MalformedRequest_IsRefused()
    {
        Assert.Null(_nodes.Issue(new() { NodeName = "n1", SigningRequest = "nonsense" }).Reply);
    }

    [Fact]
    public void Open_Twice_FindsTheSameSecrets()
    {
        var again = ClusterSecrets.Open(_home, new(), TimeProvider.System);

        Assert.Equal(_secrets.AuthorityPem, again.AuthorityPem);
        Assert.Equal(_secrets.BootstrapToken, again.BootstrapToken);
        Assert.Equal(_secrets.DashboardToken, again.DashboardToken);
    }

    [Fact]
    public void Open_OnUnix_KeepsSecretsToTheOwner()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no file modes");
            return;
        }

        foreach (var name in new[] { "pki/ca.key", "pki/sa.key", "pki/call-tokens.key", "bootstrap-token", "dashboard-token" })
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_home, name)));
        }
    }

    private static JoinRequest Request(string name, string subject = "CN=any", string[]? dnsNames = null)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return new()
        {
            NodeName = name,
            SigningRequest = new CertificateRequest(subject, key, HashAlgorithmName.SHA256).CreateSigningRequestPem(),
            DnsNames = dnsNames ?? [],
        };
    }
}
