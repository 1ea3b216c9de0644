namespace Crescent.Cel.Syntax;

/// <summary>What is wrong with an expression, and where: an offset in the source, or -1 for all of it.</summary>
public sealed record CelError(int Offset, string Message);
