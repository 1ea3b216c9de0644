using Crescent.Addresses;
using Crescent.Grains.Tests.Mutation;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Orleans.TestingHost;
using Xunit;

namespace Crescent.Grains.Tests.Addresses;

public sealed class AddressAllocatorTests : IAsyncLifetime
{
    private readonly FixedCaches _caches = new();
    private InProcessTestCluster? _cluster;

    private IAddressAllocatorGrain Allocator => _cluster!.Client.GetGrain<IAddressAllocatorGrain>(IAddressAllocatorGrain.Key);

    public async ValueTask InitializeAsync()
    {
        var builder = new InProcessTestClusterBuilder(1);
        builder.ConfigureSilo((_, silo) =>
        {
            silo.AddMemoryGrainStorageAsDefault();
            silo.Services.AddSingleton<IResourceCaches>(_caches);
        });
        _cluster = builder.Build();
        await _cluster.DeployAsync();
    }

    public async ValueTask DisposeAsync() => await _cluster!.DisposeAsync();

    [Fact]
    public async Task Allocate_ThenRelease_FreesForTheNextOwnerOnly()
    {
        var first = await Allocator.AllocateAsync(Request("a", "10.96.0.50", 30050));
        Assert.True(first.IsGranted);
        Assert.Equal("10.96.0.50", (await Allocator.AllocateAsync(Request("a", "10.96.0.50", 30050))).Address);
        Assert.False((await Allocator.AllocateAsync(Request("b", "10.96.0.50"))).IsGranted);

        await Allocator.ReleaseAsync("another", "", []);
        Assert.False((await Allocator.AllocateAsync(Request("b", "10.96.0.50"))).IsGranted);

        await Allocator.ReleaseAsync("a", "", [30050]);
        Assert.True((await Allocator.AllocateAsync(Request("b", "10.96.0.50"))).IsGranted);
        Assert.Equal("provided port is already allocated", (await Allocator.AllocateAsync(Request("b", null, 30050))).PortProblem);
    }

    [Fact]
    public async Task Allocate_UnderDryRun_KeepsNothing()
    {
        var request = new AddressRequest { Owner = "default/dry", OwnerUid = "dry", Address = "10.96.0.60", IsDryRun = true };
        Assert.True((await Allocator.AllocateAsync(request)).IsGranted);
        Assert.True((await Allocator.AllocateAsync(Request("wet", "10.96.0.60"))).IsGranted);
    }

    [Fact]
    public async Task Allocate_AddressAServiceHoldsWithoutARecord_IsRefusedAfterTheRepairThatASearchForRoomStarts()
    {
        _caches.Put(KnownTypes.Services, "old", """{"spec":{"clusterIP":"10.96.0.70"}}""");
        Assert.True((await Allocator.AllocateAsync(Request("x", "10.96.0.71"))).IsGranted);

        // The refusal below makes the allocator compare its records with the services.
        Assert.False((await Allocator.AllocateAsync(Request("y", "10.96.0.71"))).IsGranted);
        Assert.False((await Allocator.AllocateAsync(Request("y", "10.96.0.70"))).IsGranted);
    }

    private static AddressRequest Request(string uid, string? address, params long[] ports) =>
        new() { Owner = $"default/{uid}", OwnerUid = uid, Address = address, NodePorts = [.. ports] };
}
