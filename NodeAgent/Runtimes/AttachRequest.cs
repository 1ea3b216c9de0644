namespace Crescent.NodeAgent.Runtimes;

/// <summary>Streams of a container's main process to join.</summary>
internal sealed record AttachRequest(string ContainerId, bool Stdin, bool Stdout, bool Stderr, bool Tty);
