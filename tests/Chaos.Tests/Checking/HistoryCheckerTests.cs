using Crescent.Chaos.Checking;
using Crescent.Chaos.History;
using static Crescent.Chaos.Tests.Checking.Histories;

namespace Crescent.Chaos.Tests.Checking;

public sealed class HistoryCheckerTests
{
    private static readonly ObjectState Created = State(10, "u", ("base", "t1"));
    private static readonly ObjectState Replaced = State(12, "u", ("base", "t2"));
    private static readonly ObjectState Patched = State(14, "u", ("base", "t2"), ("p", "t3"));

    [Fact]
    public void Check_RightHistory_FindsNothing()
    {
        var found = Begin()
            .Get(45, 46, Patched)
            .Delete(50, 60, "u")
            .Get(61, 62, null)
            .List(63, 64, 20)
            .Watched(WatchEventKind.Added, Created)
            .Watched(WatchEventKind.Modified, Replaced)
            .Watched(WatchEventKind.Modified, Patched)
            .Watched(WatchEventKind.Deleted, Patched with { Version = 16 })
            .Check(through: 20);

        Assert.Empty(found);
    }

    [Fact]
    public void Check_OverlappingReads_MaySeeEitherState() =>
        Assert.Empty(Begin().Get(20, 30, Created).Get(20, 30, Replaced).Get(31, 32, Replaced).Check());

    [Fact]
    public void Check_ReadGoesBack_IsNotLinearizable() =>
        Assert.Equal([ViolationKind.NotLinearizable], Begin().Get(41, 42, Replaced).Check());

    [Fact]
    public void Check_TwoReadsDuringAWriteInTheWrongOrder_IsNotLinearizable() =>
        Assert.Equal([ViolationKind.NotLinearizable], Begin().Get(21, 22, Replaced).Get(23, 24, Created).Check());

    [Fact]
    public void Check_AbsentWhileThere_IsNotLinearizable() =>
        Assert.Equal([ViolationKind.NotLinearizable], Begin().Get(41, 42, null).Check());

    [Fact]
    public void Check_DeletedComesBack_IsNotLinearizable() =>
        Assert.Contains(ViolationKind.NotLinearizable, Begin().Delete(50, 60, "u").Get(61, 62, Patched).Check());

    [Fact]
    public void Check_AlreadyExistsWhileAbsent_IsNotLinearizable() => Assert.Equal(
        [ViolationKind.NotLinearizable],
        new Histories().Write(OperationKind.Create, 1, 2, "t0", null, outcome: OperationOutcome.Present)
            .Write(OperationKind.Create, 10, 11, "t1", Created).Check());

    [Fact]
    public void Check_ConflictWithTheCurrentVersion_IsNotLinearizable() => Assert.Equal(
        [ViolationKind.NotLinearizable],
        Begin().Write(OperationKind.Replace, 41, 42, "t9", null, expected: 14, OperationOutcome.Conflicting).Check());

    [Fact]
    public void Check_UnknownWriteThatHappenedLate_IsFine() => Assert.Empty(
        Begin().Unknown(OperationKind.Patch, 41, "t4").Get(50, 51, Patched)
            .Get(60, 61, State(16, "u", ("base", "t2"), ("p", "t3"), ("q", "t4"))).Check());

    [Fact]
    public void Check_UnknownWriteSeenBeforeItBegan_IsCaught() => Assert.NotEmpty(
        Begin().Get(60, 61, State(16, "u", ("base", "t2"), ("p", "t3"), ("q", "t4"))).Unknown(OperationKind.Patch, 70, "t9")
            .Get(80, 81, State(18, "u", ("base", "t2"), ("p", "t3"), ("q", "t9"))).Check());

    [Fact]
    public void Check_PatchDropsAnotherPatch_IsALostUpdate() => Assert.Equal(
        [ViolationKind.LostUpdate],
        Begin().Write(OperationKind.Patch, 50, 51, "t4", State(16, "u", ("base", "t2"), ("q", "t4"))).Check());

    [Fact]
    public void Check_OldValueReturns_IsALostUpdate() => Assert.Equal(
        [ViolationKind.LostUpdate],
        Begin().Write(OperationKind.Patch, 50, 51, "t4", State(16, "u", ("base", "t1"), ("q", "t4"))).Check());

    [Fact]
    public void Check_ReplacedAnotherVersionThanNamed_IsAStaleWrite() => Assert.Equal(
        [ViolationKind.StaleWrite],
        Begin().Write(OperationKind.Replace, 50, 51, "t4", State(16, "u", ("base", "t4")), expected: 12).Check());

    [Fact]
    public void Check_RefusedWriteShows_IsAPhantom() => Assert.Equal(
        [ViolationKind.PhantomWrite],
        Begin().Write(OperationKind.Patch, 50, 51, "t4", null, outcome: OperationOutcome.Refused)
            .Get(60, 61, State(16, "u", ("base", "t2"), ("p", "t3"), ("q", "t4"))).Check());

    [Fact]
    public void Check_UnknownWriteHappensTwice_IsRepeated() => Assert.Contains(
        ViolationKind.RepeatedWrite,
        Begin().Unknown(OperationKind.Patch, 50, "t4").Get(60, 61, State(16, "u", ("base", "t2"), ("p", "t3"), ("q", "t4")))
            .Write(OperationKind.Patch, 70, 71, "t5", State(18, "u", ("base", "t2"), ("p", "t3"), ("q", "t5")))
            .Get(80, 81, State(20, "u", ("base", "t2"), ("p", "t3"), ("q", "t4"))).Check());

    [Fact]
    public void Check_CreatedOverALivingObject_IsABrokenLife() => Assert.Contains(
        ViolationKind.BrokenLife, Begin().Write(OperationKind.Create, 50, 51, "t4", State(16, "v", ("base", "t4"))).Check());

    [Fact]
    public void Check_TwoStatesOfOneVersion_AreAmbiguous() => Assert.Contains(
        ViolationKind.AmbiguousVersion, Begin().Get(50, 51, State(14, "u", ("base", "t2"), ("p", "t1"))).Check());

    [Fact]
    public void Check_VersionBelowAnEarlierAnswer_WentBack() => Assert.Contains(
        ViolationKind.VersionWentBack, Begin().List(50, 51, 13, Replaced).Check());

    [Fact]
    public void Check_ListWithoutAnAcknowledgedWrite_IsTorn() => Assert.Equal([ViolationKind.TornList], Begin().List(50, 51, 15, Replaced).Check());

    [Fact]
    public void Check_WatcherMissesAVersion_IsCaughtUnlessCoalescingIsAllowed()
    {
        var history = Begin().Watched(WatchEventKind.Added, Created).Watched(WatchEventKind.Modified, Patched);

        Assert.Equal([ViolationKind.WatchMissed], history.Check(through: 20));
        Assert.Empty(history.Check(through: 20, new(AllowsCoalescing: true)));
    }

    [Fact]
    public void Check_WatcherMissesTheLastVersion_IsCaughtInAnyCase() => Assert.Equal(
        [ViolationKind.WatchMissed],
        Begin().Watched(WatchEventKind.Added, Created).Watched(WatchEventKind.Modified, Replaced).Check(through: 20, new(AllowsCoalescing: true)));

    [Fact]
    public void Check_WatcherGetsAVersionTwice_IsOutOfOrder() => Assert.Equal(
        [ViolationKind.WatchOutOfOrder],
        Begin().Watched(WatchEventKind.Added, Created).Watched(WatchEventKind.Modified, Replaced).Watched(WatchEventKind.Modified, Replaced)
            .Watched(WatchEventKind.Modified, Patched).Check(through: 20));

    [Fact]
    public void Check_WatcherIsToldModifiedOfWhatItHasNot_IsMislabeled() => Assert.Equal(
        [ViolationKind.WatchMislabeled],
        Begin().Watched(WatchEventKind.Modified, Created).Watched(WatchEventKind.Modified, Replaced).Watched(WatchEventKind.Modified, Patched)
            .Check(through: 20));

    /// <summary>Created [10–20], replaced [20–30] and patched [30–40] by three clients.</summary>
    private static Histories Begin() => new Histories()
        .Write(OperationKind.Create, 10, 20, "t1", Created)
        .Write(OperationKind.Replace, 20, 30, "t2", Replaced, expected: 10)
        .Write(OperationKind.Patch, 30, 40, "t3", Patched);
}
