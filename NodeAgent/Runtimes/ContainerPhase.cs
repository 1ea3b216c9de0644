namespace Crescent.NodeAgent.Runtimes;

/// <summary><c>Created → Running → Exited</c>; a container that could not be started goes from Created to Exited.</summary>
internal enum ContainerPhase
{
    Created,
    Running,
    Exited,
}
