using System.Net;
using Crescent.Grains.Nodes;

namespace Crescent.Grains.Tests.Nodes;

public sealed class NodeRoundsTests
{
    private static readonly SiloAddress First = SiloAddress.New(IPAddress.Loopback, 1, 1);
    private static readonly SiloAddress Second = SiloAddress.New(IPAddress.Loopback, 2, 1);

    private readonly NodeRounds _rounds = new();

    [Fact]
    public void Next_SameNodesAndSilos_AsksOnceAndAgainAfterSomeRounds()
    {
        Assert.Equal(["a", "b"], _rounds.Next(["a", "b"], [First]));
        for (var round = 1; round < NodeRounds.RoundsPerRepetition; round++)
        {
            Assert.Empty(_rounds.Next(["a", "b"], [First]));
        }

        Assert.Equal(["a", "b"], _rounds.Next(["a", "b"], [First]));
    }

    [Fact]
    public void Next_NewNode_AsksForItAlone()
    {
        _rounds.Next(["a"], [First]);

        Assert.Equal(["b"], _rounds.Next(["a", "b"], [First]));
    }

    [Fact]
    public void Next_NodeThatWasAway_AsksForItAgain()
    {
        _rounds.Next(["a", "b"], [First]);
        _rounds.Next(["a"], [First]);

        Assert.Equal(["b"], _rounds.Next(["a", "b"], [First]));
    }

    [Fact]
    public void Next_SiloGoneOrReplaced_AsksForAll()
    {
        _rounds.Next(["a", "b"], [First, Second]);

        Assert.Equal(["a", "b"], _rounds.Next(["a", "b"], [First]));
        Assert.Equal(["a", "b"], _rounds.Next(["a", "b"], [Second]));
        Assert.Empty(_rounds.Next(["a", "b"], [Second]));
    }
}
