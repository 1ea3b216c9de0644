namespace Crescent.Cel.Syntax;

/// <summary>Macros beyond those every environment has.</summary>
[Flags]
public enum MacroSet
{
    None = 0,

    /// <summary><c>all(i, v, p)</c>, <c>transformList</c>, <c>transformMap</c> …</summary>
    TwoVariables = 1,

    /// <summary><c>cel.bind(name, value, expression)</c>.</summary>
    Bindings = 2,
}
