namespace Crescent.Cel.Syntax;

/// <summary>The parser cannot go on; what was wrong is in its list of errors.</summary>
internal sealed class SyntaxStop : Exception;
