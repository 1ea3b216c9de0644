namespace Crescent.Api.Limits;

/// <summary>One of a level's queues. Guarded by the level's lock.</summary>
/// <param name="index">Its place in the level.</param>
internal sealed class FlowQueue(int index)
{
    public int Index => index;

    public List<Turn> Waiting { get; } = [];

    /// <summary>Requests that waited here and are served now.</summary>
    public int Executing { get; set; }

    /// <summary>Seconds of service this queue has had, as fair queuing counts them: the smallest is next.</summary>
    public double VirtualStart { get; set; }
}
