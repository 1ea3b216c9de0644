using Crescent.Grains.Watching;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using CsCheck;

namespace Crescent.Grains.Tests.Watching;

public sealed class VersionLedgerTests
{
    [Fact]
    public void Advance_GapInFront_HoldsTheFrontier()
    {
        var ledger = Started();
        ledger.Reserve(3, 0);
        var passed = new List<long>();

        ledger.Settle(new(3), EventAt(3));
        ledger.Settle(new(2), null);
        Assert.False(ledger.Advance(change => passed.Add(change.Version.Value)));

        ledger.Settle(new(1), EventAt(1));
        Assert.True(ledger.Advance(change => passed.Add(change.Version.Value)));
        Assert.Equal([1, 3], passed);
        Assert.Equal(3, ledger.Frontier.Value);
        Assert.Null(ledger.OldestOpen);
    }

    [Fact]
    public void Settle_AlreadySettled_KeepsTheFirstAnswer()
    {
        var ledger = Started();
        ledger.Reserve(1, 0);
        var passed = new List<long>();

        ledger.Settle(new(1), EventAt(1));
        ledger.Settle(new(1), null);
        ledger.Advance(change => passed.Add(change.Version.Value));
        ledger.Settle(new(1), null);

        Assert.Equal([1], passed);
    }

    [Fact]
    public void Settle_NeverHandedOut_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Started().Settle(new(1), null));

    [Fact]
    public void Extend_WithGap_Throws() =>
        Assert.Throws<InvalidOperationException>(() => Started().Extend(new(2000), new(3000)));

    /// <summary>However reservations are settled, events come out once each, in order, and never past an open version.</summary>
    [Fact]
    public void Advance_RandomOrder_HandsOutEachEventOnceInOrder() =>
        Gen.Select(Gen.Int[1, 20].Array[1, 20], Gen.Int[0, int.MaxValue].Array[400]).Sample((counts, order) =>
        {
            var ledger = Started();
            var open = new List<long>();
            foreach (var count in counts)
            {
                var reservation = ledger.Reserve(count, 0);
                open.AddRange(Enumerable.Range(0, count).Select(offset => reservation.First.Value + offset));
            }

            var all = open.ToArray();
            var passed = new List<long>();
            foreach (var pick in order.Take(all.Length))
            {
                var version = open[pick % open.Count];
                open.Remove(version);
                ledger.Settle(new(version), version % 3 == 0 ? null : EventAt(version));
                ledger.Advance(change => passed.Add(change.Version.Value));
                Assert.Equal(open.Count == 0 ? all[^1] : open.Min() - 1, ledger.Frontier.Value);
            }

            Assert.Equal(all.Where(version => version % 3 != 0), passed);
        });

    private static VersionLedger Started()
    {
        var ledger = new VersionLedger();
        ledger.Begin(1, new(1), new(1000));
        return ledger;
    }

    private static ResourceEvent EventAt(long version) => new()
    {
        Kind = ResourceEventKind.Added,
        Snapshot = new() { Key = new(KnownTypes.ConfigMaps, "default", "a"), Uid = "u", Version = new(version), Body = [] },
    };
}
