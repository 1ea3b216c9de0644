namespace Crescent.Api.Limits;

/// <summary>A queue at one moment.</summary>
/// <param name="Index">Its place.</param>
/// <param name="Waiting">Who waits, in order.</param>
/// <param name="Executing">How many that waited here are served.</param>
/// <param name="VirtualStart">See <see cref="FlowQueue.VirtualStart"/>.</param>
internal sealed record QueueState(int Index, IReadOnlyList<Turn> Waiting, int Executing, double VirtualStart);
