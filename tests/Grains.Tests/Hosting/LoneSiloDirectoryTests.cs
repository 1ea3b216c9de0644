using Crescent.Grains.Hosting;
using Orleans.GrainDirectory;
using Orleans.Runtime;

namespace Crescent.Grains.Tests.Hosting;

public sealed class LoneSiloDirectoryTests
{
    private static readonly GrainId Grain = GrainId.Create("resource", "configmaps/default/a");

    private readonly FakeMembership _membership = new();
    private readonly Directory _known = new();
    private readonly LoneSiloDirectory _directory;

    public LoneSiloDirectoryTests() => _directory = new(_known, _membership);

    [Theory]
    [InlineData(SiloStatus.Active)]
    [InlineData(SiloStatus.Joining)]
    [InlineData(SiloStatus.ShuttingDown)]
    public async Task Lookup_AnotherSiloIsThere_AsksTheDirectory(SiloStatus other)
    {
        _membership.Show(1, SiloStatus.Active, other);

        Assert.Same(_known.Address, await _directory.Lookup(Grain));
    }

    [Fact]
    public async Task Lookup_OthersAreDead_AsksNobody()
    {
        _membership.Show(1, SiloStatus.Active, SiloStatus.Dead);

        Assert.Null(await _directory.Lookup(Grain));
        Assert.Equal(0, _known.Lookups);
    }

    [Fact]
    public async Task Lookup_AnotherSiloJoins_AsksFromThenOn()
    {
        _membership.Show(1, SiloStatus.Active);
        Assert.Null(await _directory.Lookup(Grain));

        _membership.Show(2, SiloStatus.Active, SiloStatus.Active);

        Assert.Same(_known.Address, await _directory.Lookup(Grain));
    }

    [Fact]
    public async Task Register_Alone_AnswersWhatTheDirectoryHolds()
    {
        _membership.Show(1, SiloStatus.Active);

        Assert.Same(_known.Address, await _directory.Register(new() { GrainId = Grain, ActivationId = ActivationId.NewId() }));
    }

    /// <summary>Holds one address.</summary>
    private sealed class Directory : IGrainDirectory
    {
        public GrainAddress Address { get; } = new() { GrainId = Grain, ActivationId = ActivationId.NewId() };

        public int Lookups { get; private set; }

        public Task<GrainAddress?> Lookup(GrainId grainId)
        {
            Lookups++;
            return Task.FromResult<GrainAddress?>(Address);
        }

        public Task<GrainAddress?> Register(GrainAddress address) => Task.FromResult<GrainAddress?>(Address);

        public Task Unregister(GrainAddress address) => Task.CompletedTask;

        public Task UnregisterSilos(List<SiloAddress> siloAddresses) => Task.CompletedTask;
    }
}
