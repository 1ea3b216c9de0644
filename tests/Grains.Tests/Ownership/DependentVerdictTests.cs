using System.Collections.Immutable;
using Crescent.Grains.Ownership;
using Xunit;

namespace Crescent.Grains.Tests.Ownership;

public sealed class DependentVerdictTests
{
    [Fact]
    public void Of_AllOwnersPresent_Leaves() => Assert.Equal(DependentFate.Leave, Judge(false, OwnerState.Present, OwnerState.Present).Fate);

    [Fact]
    public void Of_OneOwnerPresent_KeepsOnlyThatReference()
    {
        var verdict = Judge(false, OwnerState.Absent, OwnerState.Present, OwnerState.WaitsForDependents);
        Assert.Equal(DependentFate.Rewrite, verdict.Fate);
        Assert.Equal("owner1", Assert.Single(verdict.Keep).Name);
    }

    [Theory]
    [InlineData(OwnerState.Absent, true, DependentFate.Delete)]
    [InlineData(OwnerState.Absent, false, DependentFate.Delete)]
    [InlineData(OwnerState.WaitsForDependents, false, DependentFate.Delete)]
    [InlineData(OwnerState.WaitsForDependents, true, DependentFate.DeleteForeground)]
    internal void Of_NoOwnerPresent_Deletes(OwnerState state, bool hasDependents, DependentFate fate) =>
        Assert.Equal(fate, Judge(hasDependents, state).Fate);

    private static DependentVerdict Judge(bool hasDependents, params OwnerState[] states)
    {
        var references = states.Select((_, index) => new OwnerReference
        {
            ApiVersion = "v1", Kind = "ConfigMap", Name = $"owner{index}", Uid = $"uid{index}",
        }).ToImmutableArray();
        return DependentVerdict.Of(
            references, references.Zip(states).ToDictionary(pair => pair.First, pair => pair.Second), hasDependents);
    }
}
