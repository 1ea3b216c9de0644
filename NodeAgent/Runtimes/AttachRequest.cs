namespace Crescent.NodeAgent.Runtimes;

/// <summary>Streams of a container's main process to join.</summary>
/// <param name="ClosesStdin">The end of this session's input is the end of the container's.</param>
internal sealed record AttachRequest(string ContainerId, bool Stdin, bool Stdout, bool Stderr, bool Tty, bool ClosesStdin);
