namespace Crescent.Benchmarks.Load;

/// <summary>One latency per operation, without locks: operation i writes slot i.</summary>
internal sealed class Latencies(int count)
{
    private readonly double[] _milliseconds = new double[count];
    private bool _isSorted;

    public void Add(int index, TimeSpan elapsed) => _milliseconds[index] = elapsed.TotalMilliseconds;

    /// <summary>Nearest-rank percentile in milliseconds; call when all are in.</summary>
    public double Percentile(int percent)
    {
        if (_milliseconds.Length == 0)
        {
            return 0;
        }

        if (!_isSorted)
        {
            Array.Sort(_milliseconds);
            _isSorted = true;
        }

        return _milliseconds[Math.Clamp((int)Math.Ceiling(percent / 100.0 * _milliseconds.Length) - 1, 0, _milliseconds.Length - 1)];
    }
}
