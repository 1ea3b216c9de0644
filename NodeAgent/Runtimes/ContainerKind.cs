namespace Crescent.NodeAgent.Runtimes;

/// <summary>Part a container plays in its pod.</summary>
internal enum ContainerKind
{
    Main,
    Init,
}
