namespace Crescent.Grains.Nodes;

/// <summary>
/// Which nodes somebody has to be made to look after: those nobody has been asked about yet; all of them when the set of silos is another,
/// since what was active on a lost one is gone; and all of them once in a while. Not thread-safe.
/// </summary>
internal sealed class NodeRounds
{
    /// <summary>Every so many rounds all nodes are asked about, whatever happened.</summary>
    public const int RoundsPerRepetition = 6;

    private readonly HashSet<string> _asked = new(StringComparer.Ordinal);
    private HashSet<SiloAddress> _silos = [];
    private int _round;

    /// <summary>The nodes of the next round.</summary>
    /// <param name="nodes">Names of all nodes there are.</param>
    /// <param name="silos">The silos that are active.</param>
    public List<string> Next(IEnumerable<string> nodes, IEnumerable<SiloAddress> silos)
    {
        var active = silos.ToHashSet();
        if (_round++ % RoundsPerRepetition == 0 || !active.SetEquals(_silos))
        {
            _asked.Clear();
        }

        _silos = active;
        var names = nodes.ToList();
        _asked.IntersectWith(names);
        return names.FindAll(_asked.Add);
    }
}
