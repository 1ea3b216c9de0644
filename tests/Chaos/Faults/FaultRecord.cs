namespace Crescent.Chaos.Faults;

/// <summary>A fault that was injected, in ticks of the history's clock; it ends when all servers are ready again.</summary>
/// <param name="Name">Of the fault.</param>
/// <param name="Servers">Servers that were hurt themselves, null for all.</param>
/// <param name="Started">Before injection.</param>
/// <param name="Ended">After recovery.</param>
internal sealed record FaultRecord(string Name, int[]? Servers, long Started, long Ended);
