namespace Crescent.Grains.Autoscaling;

/// <summary>What an autoscaler recommended and did lately; it begins anew with the process.</summary>
internal sealed class ScalingPast
{
    private readonly List<(DateTimeOffset At, int Size)> _recommended = [];
    private readonly List<(DateTimeOffset At, int Change)> _changed = [];

    public void Recommended(DateTimeOffset at, int size) => _recommended.Add((at, size));

    /// <param name="at">When.</param>
    /// <param name="change">Pods added, or removed when negative.</param>
    public void Changed(DateTimeOffset at, int change) => _changed.Add((at, change));

    /// <summary>Lowest and highest recommendation since a moment.</summary>
    public (int Lowest, int Highest) RangeSince(DateTimeOffset since, int size)
    {
        var (lowest, highest) = (size, size);
        foreach (var entry in _recommended.Where(entry => entry.At > since))
        {
            (lowest, highest) = (Math.Min(lowest, entry.Size), Math.Max(highest, entry.Size));
        }

        return (lowest, highest);
    }

    /// <summary>Pods at a moment, counted back from their present number.</summary>
    public int SizeAt(DateTimeOffset moment, int current) => current - _changed.Where(entry => entry.At > moment).Sum(static entry => entry.Change);

    public void Forget(DateTimeOffset before)
    {
        _recommended.RemoveAll(entry => entry.At < before);
        _changed.RemoveAll(entry => entry.At < before);
    }
}
