namespace Crescent.NodeAgent.Runtimes;

/// <summary>The engine refused or failed.</summary>
/// <param name="message">The engine's own words.</param>
/// <param name="isTransient">True when the same call may work later without a change (engine not reachable).</param>
internal sealed class RuntimeException(string message, bool isTransient = false, Exception? inner = null) : Exception(message, inner)
{
    public bool IsTransient { get; } = isTransient;
}
