namespace Crescent.Cel;

/// <summary>A program, or all that is wrong with its text, with places.</summary>
public readonly record struct Compilation(CelProgram? Program, string Errors);
