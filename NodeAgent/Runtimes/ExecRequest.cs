using System.Collections.Immutable;

namespace Crescent.NodeAgent.Runtimes;

/// <summary>A command to run inside a running container.</summary>
internal sealed record ExecRequest(string ContainerId, ImmutableArray<string> Command, bool Stdin, bool Stdout, bool Stderr, bool Tty);
