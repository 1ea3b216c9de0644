namespace Crescent.NodeAgent.Streaming;

/// <summary>Why a container cannot be talked to.</summary>
internal readonly record struct LookupProblem(int Code, string Message);
