using System.Text.Json.Nodes;
using Crescent.Grains.Resources;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Time.Testing;

namespace Crescent.Grains.Tests.Resources;

public sealed class UnhurriedWritesTests : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(300);

    private readonly FakeTimeProvider _time = new();
    private readonly List<List<PendingWrite>> _released = [];
    private readonly UnhurriedWrites _writes;

    public UnhurriedWritesTests() => _writes = new(Patience, _released.Add, _time);

    public void Dispose() => _writes.Dispose();

    [Fact]
    public void Add_SeveralWithinThePatienceOfTheFirst_LeaveTogetherInOrder()
    {
        var first = Renewal("a");
        var second = Renewal("b");
        _writes.Add(first);
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        _writes.Add(second);
        Assert.Empty(_released);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal([first, second], Assert.Single(_released));
    }

    [Fact]
    public void Add_AfterOthersHaveLeft_WaitsForItself()
    {
        _writes.Add(Renewal("a"));
        _time.Advance(Patience);
        _writes.Add(Renewal("b"));
        _time.Advance(Patience - TimeSpan.FromMilliseconds(1));
        Assert.Single(_released);

        _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(2, _released.Count);
    }

    [Fact]
    public void Add_AsManyAsMayGo_WaitNoLonger()
    {
        for (var index = 0; index < UnhurriedWrites.Most; index++)
        {
            _writes.Add(Renewal($"n{index}"));
        }

        Assert.Equal(UnhurriedWrites.Most, Assert.Single(_released).Count);

        _time.Advance(Patience);
        Assert.Single(_released);
    }

    [Fact]
    public void Dispose_SomebodyWaits_IsReleasedAndNobodyWaitsAfterwards()
    {
        _writes.Add(Renewal("a"));

        _writes.Dispose();
        _writes.Add(Renewal("b"));

        Assert.Equal(2, _released.Count);
    }

    [Theory]
    [InlineData("leases.coordination.k8s.io", "kube-node-lease", false, false, true)]
    [InlineData("leases.coordination.k8s.io", "kube-node-lease", true, false, false)]
    [InlineData("leases.coordination.k8s.io", "kube-node-lease", false, true, false)]
    [InlineData("leases.coordination.k8s.io", "kube-system", false, false, false)]
    [InlineData("configmaps", "kube-node-lease", false, false, false)]
    public void MayWait_Write_OnlyChangesOfNodesLeases(string type, string @namespace, bool isNew, bool isDeletion, bool mayWait) =>
        Assert.Equal(mayWait, UnhurriedWrites.MayWait(Write(new(ResourceType.Parse(type), @namespace, "n"), isNew, isDeletion)));

    private static PendingWrite Renewal(string name) => Write(new(KnownTypes.Leases, "kube-node-lease", name), isNew: false, isDeletion: false);

    private static PendingWrite Write(ResourceKey key, bool isNew, bool isDeletion)
    {
        var resource = new JsonObject { ["metadata"] = new JsonObject { ["name"] = key.Name } };
        var before = isNew ? null : new ResourceSnapshot { Key = key, Uid = "u", Version = new(1), Body = [] };
        return new(key, before, PreparedBody.Of(resource, FieldPaths.Empty), isDeletion, queuedAt: 0);
    }
}
