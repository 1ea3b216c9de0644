using System.Net.Security;
using System.Net.Sockets;
using System.Reflection;
using System.Security.Cryptography;
using Crescent.Identity;
using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Security;
using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Crescent.EndToEnd.Tests.Security;

/// <summary>What a machine that has a node's certificate, or none, can and cannot do to the cluster.</summary>
public sealed class HostileClientTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly ResourceKey Loot = new(KnownTypes.ConfigMaps, "default", "loot");

    [Fact]
    public async Task Call_WithoutToken_IsRefused()
    {
        await using var client = await ConnectAsync("mallory");

        await AssertRefusedAsync(() => client.Grains.GetGrain<INodeGrain>("mallory").GetStatsAsync(Cancel));
    }

    [Fact]
    public async Task Call_WithOwnToken_ReachesOwnNode()
    {
        await using var client = await ConnectAsync("honest", Sign("honest"));

        Assert.Null(await client.Grains.GetGrain<INodeGrain>("honest").GetStatsAsync(Cancel));
    }

    [Fact]
    public async Task Call_ToAnotherNode_IsRefused()
    {
        await using var client = await ConnectAsync("mallory", Sign("mallory"));

        await AssertRefusedAsync(() => client.Grains.GetGrain<INodeGrain>("victim").GetStatsAsync(Cancel));
    }

    [Fact]
    public async Task Call_ToAResource_IsRefused()
    {
        await using var client = await ConnectAsync("mallory", Sign("mallory"));

        await AssertRefusedAsync(() => client.Grains.GetResourceGrain(Loot).GetAsync(Cancel));
    }

    [Fact]
    public async Task Call_ToTheManagementGrain_IsRefused()
    {
        await using var client = await ConnectAsync("mallory", Sign("mallory"));

        await AssertRefusedAsync(() => client.Grains.GetGrain<IManagementGrain>(0).GetHosts());
    }

    [Fact]
    public async Task Call_WithForgedSignature_IsRefused()
    {
        using var otherKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await using var client = await ConnectAsync(
            "mallory", new CallToken(CallerKind.Node, "mallory", DateTimeOffset.MaxValue.AddYears(-1)).Sign(otherKey));

        await AssertRefusedAsync(() => client.Grains.GetGrain<INodeGrain>("mallory").GetStatsAsync(Cancel));
    }

    [Fact]
    public async Task Call_WithExpiredToken_IsRefused()
    {
        await using var client = await ConnectAsync("mallory", Sign("mallory", TimeSpan.FromSeconds(-1)));

        await AssertRefusedAsync(() => client.Grains.GetGrain<INodeGrain>("mallory").GetStatsAsync(Cancel));
    }

    [Theory]
    [InlineData("resource-bucket", "pods/17")]
    [InlineData("sys.client", "hosted-S127.0.0.1:11111:1")]
    public async Task Message_InAnothersName_CutsTheConnection(string type, string key)
    {
        await using var client = await ConnectAsync("mallory", Sign("mallory"));
        SendAs(client, GrainId.Create(type, key));

        await Assert.ThrowsAnyAsync<Exception>(() => client.Grains.GetResourceGrain(Loot).CreateAsync(
            new()
            {
                Context = MutationContext.ForController("mallory"),
                Body = """{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"loot","namespace":"default"}}"""u8.ToArray(),
            },
            Cancel));

        Assert.Null(await silo.Grains.GetResourceGrain(Loot).GetAsync(Cancel));
    }

    [Fact]
    public async Task Join_WithWrongToken_IsRefused()
    {
        var refusal = await Assert.ThrowsAsync<JoinRefusedException>(() => silo.JoinAsync("stranger", token: "guess"));

        Assert.Contains("bootstrap token", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Gateway_ClientWithoutCertificate_IsCut()
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(silo.Gateway, Cancel);
        await using var stream = new SslStream(socket.GetStream());

        await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "silo", RemoteCertificateValidationCallback = (_, _, _, _) => true }, Cancel);
            await stream.WriteAsync(new byte[64], Cancel);

            // With TLS 1.3 the refusal of a missing certificate arrives after the handshake.
            await stream.ReadExactlyAsync(new byte[1], Cancel);
        });
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Sign(string node, TimeSpan? lifetime = null)
    {
        using var key = silo.Secrets.OpenPrivateKey();
        return new CallToken(CallerKind.Node, node, TimeProvider.System.GetUtcNow() + (lifetime ?? TimeSpan.FromMinutes(1))).Sign(key);
    }

    private async Task<GatewayClient> ConnectAsync(string node, string? token = null)
    {
        var (credentials, _) = await silo.JoinAsync(node);
        var client = await GatewayClient.ConnectAsync(credentials, silo.Gateway);
        client.Token = token;
        return client;
    }

    private static async Task AssertRefusedAsync(Func<Task> call) => await Assert.ThrowsAsync<UnauthorizedAccessException>(call);

    /// <summary>Makes the client name another sender in its messages, as a program of its own could.</summary>
    private static void SendAs(GatewayClient client, GrainId sender)
    {
        var runtimeType = typeof(IClusterClient).Assembly.GetType("Orleans.OutsideRuntimeClient")
            ?? Type.GetType("Orleans.OutsideRuntimeClient, Orleans.Core", throwOnError: true)!;
        var runtime = client.Services.GetRequiredService(runtimeType);
        var field = runtimeType.GetProperty("CurrentActivationAddress", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;
        var address = (GrainAddress)field.GetValue(runtime)!;
        field.SetValue(runtime, new GrainAddress
        {
            GrainId = sender, ActivationId = address.ActivationId, SiloAddress = address.SiloAddress, MembershipVersion = address.MembershipVersion,
        });
    }
}
