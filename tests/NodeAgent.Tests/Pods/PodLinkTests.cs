using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Networks.Links;
using Crescent.NodeAgent.Runtimes;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

/// <summary>Sandboxes the agent attaches itself, to the engine's own bridge.</summary>
public sealed class PodLinkTests
{
    [EngineFact]
    public async Task Sandbox_AttachedByTheAgent_IsReachedAtItsAddress()
    {
        await using var node = await TestNode.StartAsync();
        var link = LinkOn("docker0");

        var sandbox = await node.Runtime.RunSandboxAsync(Config(link), TestContext.Current.CancellationToken);

        Assert.Equal(link.Address.ToString(), sandbox.Address);
        Assert.Equal(link, sandbox.Link);
        Assert.True(await AnswersAsync(link.Address));
    }

    [EngineFact]
    public async Task Sandbox_WhoseLinkWasNeverFinished_IsAttachedWhenItIsRead()
    {
        await using var node = await TestNode.StartAsync();
        var link = LinkOn("docker0");
        var sandbox = await node.Runtime.RunSandboxAsync(Config(link), TestContext.Current.CancellationToken);
        var removed = await HostProgram.RunAsync("ip", ["link", "delete", link.HostInterface], null, TestContext.Current.CancellationToken);
        Assert.True(removed.Succeeded, removed.Errors);

        var read = await node.Runtime.GetSandboxAsync(sandbox.Id, TestContext.Current.CancellationToken);

        Assert.True(read!.IsRunning);
        Assert.True(await AnswersAsync(link.Address));
    }

    [EngineFact]
    public async Task Sandbox_ThatCannotBeAttached_IsRemovedAgain()
    {
        await using var node = await TestNode.StartAsync();
        var link = LinkOn("docker0") with { Bridge = "no-such-bridge" };

        await Assert.ThrowsAsync<RuntimeException>(() => node.Runtime.RunSandboxAsync(Config(link), TestContext.Current.CancellationToken));

        Assert.Empty((await node.Runtime.ListAsync(TestContext.Current.CancellationToken)).Sandboxes);
        Assert.True(node.Services.GetRequiredService<PodLinks>().CanAttach);
    }

    private static SandboxConfig Config(PodLink link) => new()
    {
        Pod = new PodIdentity("default", "linked", Guid.NewGuid().ToString()), Attempt = 0, HostName = "linked", Link = link,
    };

    /// <summary>An address at the end of the bridge's range, where the engine has not come yet.</summary>
    private static PodLink LinkOn(string bridge)
    {
        var own = NetworkInterface.GetAllNetworkInterfaces().Single(card => card.Name == bridge).GetIPProperties().UnicastAddresses
            .First(unicast => unicast.Address.AddressFamily == AddressFamily.InterNetwork);
        var range = new IPNetwork(BaseOf(own.Address, own.PrefixLength), own.PrefixLength);
        var bytes = range.BaseAddress.GetAddressBytes();
        bytes[2] |= (byte)(own.PrefixLength <= 16 ? 0xfe : 0);
        bytes[3] = (byte)Random.Shared.Next(100, 250);
        return new PodLink(bridge, new IPAddress(bytes), own.PrefixLength, own.Address, 1400);
    }

    private static IPAddress BaseOf(IPAddress address, int prefixLength)
    {
        var mask = uint.MaxValue << (32 - prefixLength);
        var number = (uint)IPAddress.NetworkToHostOrder(BitConverter.ToInt32(address.GetAddressBytes())) & mask;
        return new IPAddress(BitConverter.GetBytes(IPAddress.HostToNetworkOrder((int)number)));
    }

    private static async Task<bool> AnswersAsync(IPAddress address)
    {
        using var ping = new Ping();
        return (await ping.SendPingAsync(address, TimeSpan.FromSeconds(5))).Status == IPStatus.Success;
    }
}
