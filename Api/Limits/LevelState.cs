namespace Crescent.Api.Limits;

/// <summary>A level at one moment.</summary>
/// <param name="Queues">Its queues, in order.</param>
/// <param name="Executing">What is being served, the latest first.</param>
internal sealed record LevelState(IReadOnlyList<QueueState> Queues, IReadOnlyList<Turn> Executing);
