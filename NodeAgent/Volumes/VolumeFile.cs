namespace Crescent.NodeAgent.Volumes;

/// <summary>One file of a volume the agent fills. The path is relative, with forward slashes.</summary>
internal sealed record VolumeFile(string Path, byte[] Content, int Mode);
