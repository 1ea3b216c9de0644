using System.Collections.Immutable;
using System.Net;
using Orleans.Runtime;

namespace Crescent.Grains.Tests.Resources;

/// <summary>A membership table as a test shows it, always up to date.</summary>
internal sealed class FakeMembership : IClusterMembershipService
{
    public ClusterMembershipSnapshot CurrentSnapshot { get; private set; } =
        new(ImmutableDictionary<SiloAddress, ClusterMember>.Empty, MembershipVersion.MinValue);

    public IAsyncEnumerable<ClusterMembershipSnapshot> MembershipUpdates => throw new NotSupportedException();

    public void Show(long version, params SiloStatus[] statuses) => CurrentSnapshot = new(
        statuses.Select((status, number) => new ClusterMember(SiloAddress.New(IPAddress.Loopback, 1000 + number, 1), status, $"s{number}"))
            .ToImmutableDictionary(member => member.SiloAddress),
        new(version));

    public ValueTask Refresh(MembershipVersion minimumVersion = default, CancellationToken cancellationToken = default) => throw new NotSupportedException();

    public Task<bool> TryKill(SiloAddress siloAddress) => throw new NotSupportedException();
}
