using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Crescent.ManagedTls;
using Crescent.Security;
using Org.BouncyCastle.Asn1.Sec;
using Org.BouncyCastle.Math;

namespace Crescent.NodeAgent.Tests.Tls;

/// <summary>Managed TLS against the platform's, over real sockets: who gets in, who does not, and what is carried.</summary>
public sealed class ManagedTlsTests(MemberFixture member) : IClassFixture<MemberFixture>
{
    private const int Large = 3_000_000;

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Accept_AdministratorOfTheCluster_CarriesDataBothWaysAtOnce(SslProtocols version)
    {
        using var pair = TlsPair.Create();
        using var administrator = member.Authority.Issue("admin", ClusterIdentities.Masters, TestAuthority.ClientUse);
        await using var client = new SslStream(pair.Caller);
        var accepting = member.Tls.AcceptAsync(pair.Called, IsMaster, Cancel);
        await client.AuthenticateAsClientAsync(Calling(administrator, version), Cancel);
        await using var server = await accepting;

        Assert.Equal(version, client.SslProtocol);
        Assert.Equal(MemberFixture.NodeName, ClusterIdentities.NodeNameOf((X509Certificate2)client.RemoteCertificate!));
        await AssertCarriesAsync(client, server);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12)]
    [InlineData(SslProtocols.Tls13)]
    public async Task Connect_SiloOfTheCluster_ShowsTheNodeAndCarriesDataBothWaysAtOnce(SslProtocols version)
    {
        using var pair = TlsPair.Create();
        using var silo = member.Authority.Issue("silo", ClusterIdentities.Silos, TestAuthority.ServerUse);
        await using var server = new SslStream(pair.Called);
        var serving = server.AuthenticateAsServerAsync(Called(silo, version), Cancel);
        await using var client = await member.Tls.ConnectAsync(pair.Caller, IsSilo, Cancel);
        await serving;

        Assert.Equal(MemberFixture.NodeName, ClusterIdentities.NodeNameOf((X509Certificate2)server.RemoteCertificate!));
        await AssertCarriesAsync(client, server);
    }

    [Theory]
    [InlineData("nobody")]
    [InlineData("self-signed")]
    [InlineData("of another authority")]
    [InlineData("expired")]
    [InlineData("for the other part")]
    [InlineData("a node")]
    public async Task Accept_CallerWhoIs_IsRefused(string caller)
    {
        using var pair = TlsPair.Create();
        using var stranger = Stranger(caller, ClusterIdentities.Masters, TestAuthority.ClientUse, TestAuthority.ServerUse);
        await using var client = new SslStream(pair.Caller);
        var accepting = member.Tls.AcceptAsync(pair.Called, IsMaster, Cancel);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await client.AuthenticateAsClientAsync(Calling(stranger, SslProtocols.Tls12 | SslProtocols.Tls13), Cancel);

            // With TLS 1.3 the refusal arrives after the caller's part of the handshake.
            await client.ReadExactlyAsync(new byte[1], Cancel);
        });
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Theory]
    [InlineData("self-signed")]
    [InlineData("of another authority")]
    [InlineData("expired")]
    [InlineData("for the other part")]
    [InlineData("a node")]
    public async Task Connect_ServerWhoIs_IsRefused(string called)
    {
        using var pair = TlsPair.Create();
        using var stranger = Stranger(called, ClusterIdentities.Silos, TestAuthority.ServerUse, TestAuthority.ClientUse);
        await using var server = new SslStream(pair.Called);
        var serving = server.AuthenticateAsServerAsync(
            new SslServerAuthenticationOptions { ServerCertificate = stranger, RemoteCertificateValidationCallback = static (_, _, _, _) => true }, Cancel);

        await Assert.ThrowsAsync<AuthenticationException>(() => member.Tls.ConnectAsync(pair.Caller, IsSilo, Cancel));
        await Assert.ThrowsAnyAsync<Exception>(() => serving);
    }

    [Fact]
    public async Task Accept_CertificateWithoutItsKey_IsRefused()
    {
        using var pair = TlsPair.Create();
        using var administrator = member.Authority.Issue("admin", ClusterIdentities.Masters, TestAuthority.ClientUse);
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var number = new BigInteger(1, otherKey.ExportParameters(true).D);
        var thief = new ManagedIdentity(administrator, new("ECDSA", number, SecObjectIdentifiers.SecP256r1));
        var accepting = member.Tls.AcceptAsync(pair.Called, IsMaster, Cancel);

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await using var client = await ManagedHandshakes.ConnectAsync(pair.Caller, "127.0.0.1", thief, static _ => { }, Cancel);
            await client.ReadExactlyAsync(new byte[1], Cancel);
        });
        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Fact]
    public async Task Accept_SomethingThatIsNotTls_Fails()
    {
        using var pair = TlsPair.Create();
        var accepting = member.Tls.AcceptAsync(pair.Called, IsMaster, Cancel);
        await pair.Caller.WriteAsync("GET /pods HTTP/1.1\r\nHost: node\r\n\r\n"u8.ToArray(), Cancel);

        await Assert.ThrowsAsync<AuthenticationException>(() => accepting);
    }

    [Fact]
    public async Task Accept_CallerWhoHangsUp_Fails()
    {
        using var pair = TlsPair.Create();
        var accepting = member.Tls.AcceptAsync(pair.Called, IsMaster, Cancel);
        await pair.Caller.DisposeAsync();

        await Assert.ThrowsAnyAsync<IOException>(() => accepting);
    }

    [Fact]
    public async Task Read_OtherEndClosed_EndsAfterWhatWasSent()
    {
        using var pair = TlsPair.Create();
        var (client, server) = await ConnectManagedAsync(pair);
        await server.WriteAsync("last words"u8.ToArray(), Cancel);
        await server.DisposeAsync();

        // An empty read waits for something to be there.
        Assert.Equal(0, await client.ReadAsync(Memory<byte>.Empty, Cancel));
        using var reader = new StreamReader(client, Encoding.UTF8);
        Assert.Equal("last words", await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task Read_RecordWasTamperedWith_Fails()
    {
        using var pair = TlsPair.Create();
        var (client, _) = await ConnectManagedAsync(pair);

        // An application record of the right shape that nobody with the key has made.
        byte[] forged = [23, 3, 3, 0, 32, .. RandomNumberGenerator.GetBytes(32)];
        await pair.Called.WriteAsync(forged, Cancel);

        await Assert.ThrowsAnyAsync<IOException>(async () => await client.ReadExactlyAsync(new byte[10], Cancel));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static bool IsMaster(X509Certificate2 certificate) => ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Masters);

    private static bool IsSilo(X509Certificate2 certificate) => ClusterIdentities.IsMemberOf(certificate, ClusterIdentities.Silos);

    private async Task<(Stream Client, Stream Server)> ConnectManagedAsync(TlsPair pair)
    {
        var accepting = member.Tls.AcceptAsync(pair.Called, static _ => true, Cancel);
        var client = await member.Tls.ConnectAsync(pair.Caller, static _ => true, Cancel);
        return (client, await accepting);
    }

    private static async Task AssertCarriesAsync(Stream one, Stream other)
    {
        var there = RandomNumberGenerator.GetBytes(Large);
        var back = RandomNumberGenerator.GetBytes(Large);
        var (arrived, returned) = (new byte[Large], new byte[Large]);
        await Task.WhenAll(
            one.WriteAsync(there, Cancel).AsTask(), other.WriteAsync(back, Cancel).AsTask(),
            other.ReadExactlyAsync(arrived, Cancel).AsTask(), one.ReadExactlyAsync(returned, Cancel).AsTask());
        Assert.True(arrived.AsSpan().SequenceEqual(there));
        Assert.True(returned.AsSpan().SequenceEqual(back));
    }

    private X509Certificate2? Stranger(string what, string organization, string rightUse, string wrongUse)
    {
        switch (what)
        {
            case "nobody":
                return null;
            case "expired":
                return member.Authority.IssueExpired("stranger", organization, rightUse);
            case "for the other part":
                return member.Authority.Issue("stranger", organization, wrongUse);
            case "a node":
                return member.Authority.Issue(ClusterIdentities.NodeUser("node-2"), ClusterIdentities.Nodes, rightUse);
            case "of another authority":
                using (var other = new TestAuthority())
                {
                    return other.Issue("stranger", organization, rightUse);
                }

            default:
                using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
                {
                    var request = new CertificateRequest($"O={organization}, CN=stranger", key, HashAlgorithmName.SHA256);
                    return request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddHours(-1), TimeProvider.System.GetUtcNow().AddHours(1));
                }
        }
    }

    private SslClientAuthenticationOptions Calling(X509Certificate2? certificate, SslProtocols versions) => new()
    {
        TargetHost = "127.0.0.1",
        ClientCertificates = certificate is null ? null : [certificate],
        LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate!,
        EnabledSslProtocols = versions,
        CertificateChainPolicy = ClusterTrust.Policy(member.Authorities),
        ApplicationProtocols = [SslApplicationProtocol.Http11],
    };

    private SslServerAuthenticationOptions Called(X509Certificate2 certificate, SslProtocols versions) => new()
    {
        ServerCertificate = certificate,
        ClientCertificateRequired = true,
        EnabledSslProtocols = versions,
        CertificateChainPolicy = ClusterTrust.Policy(member.Authorities),
    };
}
