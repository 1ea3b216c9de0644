using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using Crescent.Security;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>An agent with managed TLS and a silo with the platform's.</summary>
public sealed class ManagedTlsAgentTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Fact]
    public async Task Join_ManagedTls_BuysCertificatesThatTheGatewayKnows()
    {
        var node = await silo.JoinAsync("managed", TlsKind.Managed);
        await using var client = await GatewayClient.ConnectAsync(
            node.GetRequiredService<NodeCredentials>(), silo.Gateway, node.GetRequiredService<IConnectionTls>());
        using var key = silo.Secrets.OpenPrivateKey();
        client.Token = new CallToken(CallerKind.Node, "managed", TimeProvider.System.GetUtcNow().AddMinutes(1)).Sign(key);

        Assert.Null(await client.Grains.GetGrain<INodeGrain>("managed").GetStatsAsync(Cancel));
        await Assert.ThrowsAsync<UnauthorizedAccessException>(() => client.Grains.GetGrain<INodeGrain>("victim").GetStatsAsync(Cancel));
    }

    [Fact]
    public async Task Renew_ManagedTls_ReplacesKeyAndCertificates()
    {
        var node = await silo.JoinAsync("renewing", TlsKind.Managed);
        var credentials = node.GetRequiredService<NodeCredentials>();
        var (before, key) = (credentials.Client.Certificate.Thumbprint, credentials.Client.ExportKeyPem());

        await node.GetRequiredService<JoinClient>().RenewAsync(Cancel);

        Assert.NotEqual(before, credentials.Client.Certificate.Thumbprint);
        Assert.NotEqual(key, credentials.Client.ExportKeyPem());
        Assert.NotEmpty((await node.GetRequiredService<JoinClient>().GetTokenAsync(Cancel)).Token);
    }

    [Theory]
    [InlineData(TlsKind.System)]
    [InlineData(TlsKind.Managed)]
    public async Task Join_ServerOfAnotherAuthority_IsNotGivenTheToken(TlsKind tls)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=crescent-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        using var other = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, other.ExportCertificatePem(), Cancel);
        try
        {
            await Assert.ThrowsAsync<HttpRequestException>(() => silo.JoinAsync("deceived", tls, authorityFile: file));
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;
}
