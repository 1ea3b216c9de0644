namespace Crescent.Cel.Evaluation;

/// <summary>Ends an evaluation from any depth; only <see cref="CelProgram"/> sees it.</summary>
internal sealed class CostExceededException : Exception;
