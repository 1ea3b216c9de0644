using System.Text;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using CsCheck;

namespace Crescent.Grains.Tests.Watching;

public sealed class ViewDiffTests
{
    /// <summary>
    /// Plays a random history, forgets its middle, and compares: the changes computed lead from the first state to the last, have
    /// versions of their own in order, and a deletion comes before the creation that replaced it.
    /// </summary>
    [Fact]
    public void Compute_RandomHistory_LeadsFromOneStateToTheOther() =>
        Gen.Select(Gen.Int[0, 9].Array[0, 40], Gen.Int[0, 9].Array[0, 40], Gen.Bool.Array[80]).Sample(
            (first, second, deletes) =>
            {
                var state = new Dictionary<ObjectName, ResourceSnapshot?>();
                long version = 0;
                var step = 0;
                Play(first);
                var before = ResourceView.Empty.With(new Dictionary<ObjectName, ResourceSnapshot?>(state), new(version));
                Play(second);
                var after = ResourceView.Empty.With(state, new(version));

                var changes = ViewDiff.Compute(before, state, new(version));

                Assert.Equal(changes.Length, changes.Select(change => change.Version).Distinct().Count());
                Assert.Equal(changes.Select(change => change.Version).Order(), changes.Select(change => change.Version));
                Assert.All(changes, change => Assert.InRange(change.Version.Value, before.Version.Value + 1, after.Version.Value));
                var replayed = before;
                foreach (var change in changes)
                {
                    var name = ObjectName.Of(change.Current);
                    Assert.Equal(change.Kind == ResourceEventKind.Added, !replayed.TryGet(name.Namespace, name.Name, out _));
                    replayed = replayed.With(
                        new Dictionary<ObjectName, ResourceSnapshot?>
                        {
                            [name] = change.Kind == ResourceEventKind.Deleted ? null : change.Current,
                        },
                        change.Version);
                }

                Assert.Equal(
                    after.Enumerate().Select(item => (item.Key, item.Uid, item.Version)),
                    replayed.Enumerate().Select(item => (item.Key, item.Uid, item.Version)));

                void Play(int[] names)
                {
                    foreach (var number in names)
                    {
                        var name = new ObjectName("ns", $"n{number}");
                        version++;
                        var current = state.GetValueOrDefault(name);
                        state[name] = current is null ? Snapshot(name, $"u{version}", version)
                            : deletes[step++ % deletes.Length] ? null
                            : Snapshot(name, current.Uid, version);
                    }
                }
            });

    [Fact]
    public void Compute_Deletion_CarriesItsVersionInTheBody()
    {
        var name = new ObjectName("ns", "a");
        var before = ResourceView.Empty.With(new Dictionary<ObjectName, ResourceSnapshot?> { [name] = Snapshot(name, "u", 7) }, new(7));

        var change = Assert.Single(ViewDiff.Compute(before, new Dictionary<ObjectName, ResourceSnapshot?>(), new(1234)));

        Assert.Equal(ResourceEventKind.Deleted, change.Kind);
        Assert.Contains("\"resourceVersion\":\"1234\"", Encoding.UTF8.GetString(change.Current.Body), StringComparison.Ordinal);
    }

    private static ResourceSnapshot Snapshot(ObjectName name, string uid, long version) => new()
    {
        Key = new(KnownTypes.ConfigMaps, name.Namespace, name.Name), Uid = uid, Version = new(version),
        Body = Encoding.UTF8.GetBytes($$$"""{"metadata":{"name":"{{{name.Name}}}","resourceVersion":"{{{version}}}"}}"""),
    };
}
