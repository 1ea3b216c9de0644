using System.Net;
using System.Security.Cryptography.X509Certificates;
using Crescent.EndToEnd.Tests.Clusters;
using Crescent.Joining;
using Crescent.NodeAgent.Registration;
using Crescent.NodeAgent.Tls;
using Crescent.Nodes;
using Crescent.Security;
using Crescent.SiloHost.Certificates;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>One authority follows another while a silo and a node's agent run.</summary>
public sealed class AuthorityRotationTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Pki => Path.Combine(silo.Options.Home, "pki");

    [Fact]
    public async Task Rotation_AllThreeSteps_KeepsEverybodyIn()
    {
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        var services = await silo.JoinAsync("rotating", TlsKind.System);
        var credentials = services.GetRequiredService<NodeCredentials>();
        var membership = new ClusterMembership(credentials, services.GetRequiredService<JoinClient>(), time, NullLogger<ClusterMembership>.Instance);
        await membership.EnterAsync(Cancel);
        var first = credentials.Current;
        using var old = X509CertificateLoader.LoadPkcs12(first.Export(X509ContentType.Pkcs12), null);
        X509Certificate2Collection oldAuthorities = [.. credentials.Authorities];

        // Everybody trusts the new one, the old one goes on signing.
        await TakeAsync(AuthorityRotation.Add(Pki, new(), TimeProvider.System));
        Assert.NotNull(AuthorityRotation.Drop(Pki));
        Assert.Equal(2, credentials.Authorities.Count);
        Assert.True(ClusterTrust.IsIssuedBy(credentials.Current, oldAuthorities));
        await AssertServesAsync();

        // The new one signs; what the old one signed is still good.
        await TakeAsync(AuthorityRotation.Switch(Pki));
        Assert.False(ClusterTrust.IsIssuedBy(credentials.Current, oldAuthorities));
        Assert.False(ClusterTrust.IsIssuedBy(credentials.Serving.Certificate, oldAuthorities));
        Assert.Equal(HttpStatusCode.OK, await AskForATokenAsync(old));
        await AssertServesAsync();

        await TakeAsync(AuthorityRotation.Drop(Pki));
        Assert.Single(credentials.Authorities);
        Assert.Equal(HttpStatusCode.Unauthorized, await AskForATokenAsync(old));
        Assert.Equal(HttpStatusCode.OK, await AskForATokenAsync(credentials.Current));
        await AssertServesAsync();
        Assert.NotNull(AuthorityRotation.Switch(Pki));

        async Task TakeAsync(string? problem)
        {
            Assert.Null(problem);
            silo.Certificates.RenewDue();
            time.Advance(TimeSpan.FromMinutes(5));
            await membership.MaintainAsync(Cancel);
        }

        async Task AssertServesAsync()
        {
            await using var client = await GatewayClient.ConnectAsync(credentials, silo.Gateway);
            client.Token = membership.Current;
            Assert.Null(await client.Grains.GetGrain<INodeGrain>("rotating").GetStatsAsync(Cancel));
            var kubectl = new Kubectl(Kubectl.Find("1.33"), Path.Combine(silo.Options.Home, "kubeconfig"));
            Assert.Equal("ok", await kubectl.DoAsync("get", "--raw", "/readyz"));
        }
    }

    [Fact]
    public void Switch_BrokenOffBetweenKeyAndCertificate_LeavesTheSiloWithTheOldAndCanBeFinished()
    {
        var home = Directory.CreateTempSubdirectory("crescent-rotation-").FullName;
        var pki = Path.Combine(home, "pki");
        var secrets = ClusterSecrets.Open(home, new(), TimeProvider.System);
        var before = secrets.Authority.Certificate.Thumbprint;
        Assert.Null(AuthorityRotation.Add(pki, new(), TimeProvider.System));
        File.Copy(Path.Combine(pki, "ca.crt"), Path.Combine(pki, "ca-old.crt"));
        File.Move(Path.Combine(pki, "ca-next.key"), Path.Combine(pki, "ca.key"), overwrite: true);

        secrets.LookAgain();
        Assert.NotNull(secrets.AuthorityProblem);
        Assert.Equal(before, secrets.Authority.Certificate.Thumbprint);

        Assert.Null(AuthorityRotation.Switch(pki));
        secrets.LookAgain();
        Assert.Null(secrets.AuthorityProblem);
        Assert.NotEqual(before, secrets.Authority.Certificate.Thumbprint);
        Assert.Equal(2, secrets.Authorities.Count);
        Directory.Delete(home, recursive: true);
    }

    private async Task<HttpStatusCode> AskForATokenAsync(X509Certificate2 certificate)
    {
        using var handler = new SocketsHttpHandler();
        handler.SslOptions.CertificateChainPolicy = ClusterTrust.Policy(silo.Certificates.Authorities);
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        using var client = new HttpClient(handler);
        using var answer = await client.PostAsync(new Uri(silo.Server, JoinPaths.Token), content: null, Cancel);
        return answer.StatusCode;
    }
}
