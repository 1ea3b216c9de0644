namespace Crescent.NodeAgent.Runtimes;

/// <summary>Part a container plays in its pod.</summary>
internal enum ContainerKind
{
    Main,
    Init,

    /// <summary>Put into a running pod to look at it; runs once.</summary>
    Ephemeral,
}
