using System.Collections.Immutable;
using Crescent.Cel.Evaluation;
using Crescent.Cel.Libraries;
using Crescent.Cel.Syntax;
using Crescent.Cel.Typing;

namespace Crescent.Cel;

/// <summary>
/// What an expression may use: variables with their types, functions and macros. Immutable. <see cref="Kubernetes"/> has what
/// <see href="https://kubernetes.io/docs/reference/using-api/cel/">Kubernetes</see> gives to every expression.
/// </summary>
public sealed class CelEnvironment
{
    /// <summary>Without variables.</summary>
    public static readonly CelEnvironment Kubernetes = new(KubernetesLibraries.All, ImmutableDictionary<string, CelType>.Empty, MacroSet.TwoVariables);

    private CelEnvironment(FunctionTable functions, ImmutableDictionary<string, CelType> variables, MacroSet macros) =>
        (Functions, Variables, Macros) = (functions, variables, macros);

    internal FunctionTable Functions { get; }

    internal ImmutableDictionary<string, CelType> Variables { get; }

    internal MacroSet Macros { get; }

    public CelEnvironment With(string variable, CelType type) => new(Functions, Variables.SetItem(variable, type), Macros);

    public CelEnvironment With(MacroSet macros) => new(Functions, Variables, Macros | macros);

    /// <summary>Parses and checks an expression; never throws, whatever the text.</summary>
    public Compilation Compile(string expression)
    {
        var source = new SourceText(expression);
        var parsed = Parser.Parse(expression, Macros);
        if (parsed.Root is not { } root)
        {
            return new(null, source.Show(parsed.Errors));
        }

        var binder = new Binder(this);
        var bound = binder.Bind(root);
        return binder.Errors.Count > 0
            ? new(null, source.Show(binder.Errors))
            : new(new CelProgram(bound.Node, binder.ResultOf(bound), binder.Slots), "");
    }
}
