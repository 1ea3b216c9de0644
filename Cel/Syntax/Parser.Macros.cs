using System.Collections.Immutable;

namespace Crescent.Cel.Syntax;

internal sealed partial class Parser
{
    private Expr? GlobalMacro(int offset, string name, ImmutableArray<Expr> arguments)
    {
        if (name != "has" || arguments.Length != 1)
        {
            return null;
        }

        return arguments[0] is SelectExpr { Kind: SelectKind.Value } select
            ? select with { Offset = offset, Kind = SelectKind.Presence }
            : Bad(arguments[0].Offset, "invalid argument to has() macro");
    }

    private Expr? ReceiverMacro(int offset, string name, Expr target, ImmutableArray<Expr> arguments)
    {
        var hasTwo = _macros.HasFlag(MacroSet.TwoVariables);
        return (name, arguments.Length) switch
        {
            ("all", 2) => Fold(offset, FoldKind.All, target, arguments, null, arguments[1]),
            ("exists", 2) => Fold(offset, FoldKind.Exists, target, arguments, null, arguments[1]),
            ("exists_one" or "existsOne", 2) => Fold(offset, FoldKind.ExistsOne, target, arguments, null, arguments[1]),
            ("map", 2) => Fold(offset, FoldKind.Map, target, arguments, null, arguments[1]),
            ("map", 3) => Fold(offset, FoldKind.Map, target, arguments, arguments[1], arguments[2]),
            ("filter", 2) => Fold(offset, FoldKind.Filter, target, arguments, null, arguments[1]),
            ("optMap", 2) => Fold(offset, FoldKind.OptionalMap, target, arguments, null, arguments[1]),
            ("optFlatMap", 2) => Fold(offset, FoldKind.OptionalFlatMap, target, arguments, null, arguments[1]),
            ("bind", 3) when _macros.HasFlag(MacroSet.Bindings) && target is IdentExpr { Name: "cel" } =>
                Fold(offset, FoldKind.Bind, arguments[1], arguments, null, arguments[2]),
            ("all", 3) when hasTwo => FoldTwo(offset, FoldKind.All, target, arguments),
            ("exists", 3) when hasTwo => FoldTwo(offset, FoldKind.Exists, target, arguments),
            ("exists_one" or "existsOne", 3) when hasTwo => FoldTwo(offset, FoldKind.ExistsOne, target, arguments),
            ("transformList", 3 or 4) when hasTwo => FoldTwo(offset, FoldKind.Map, target, arguments),
            ("transformMap", 3 or 4) when hasTwo => FoldTwo(offset, FoldKind.TransformMap, target, arguments),
            ("transformMapEntry", 3 or 4) when hasTwo => FoldTwo(offset, FoldKind.TransformMapEntry, target, arguments),
            _ => null,
        };
    }

    private Expr Fold(int offset, FoldKind kind, Expr range, ImmutableArray<Expr> arguments, Expr? filter, Expr body)
    {
        if (Variable(arguments[0]) is not { } variable)
        {
            return Bad(arguments[0].Offset, kind switch
            {
                FoldKind.Map or FoldKind.Filter => "argument is not an identifier",
                FoldKind.Bind => "cel.bind() variable names must be simple identifiers",
                FoldKind.OptionalMap => "optMap() variable name must be a simple identifier",
                FoldKind.OptionalFlatMap => "optFlatMap() variable name must be a simple identifier",
                _ => "argument must be a simple name",
            });
        }

        if (variable == "__result__")
        {
            return Bad(arguments[0].Offset, "iteration variable overwrites accumulator variable");
        }

        return Deep(new FoldExpr(offset, kind, range, variable, null, filter, body), filter is null ? [range, body] : [range, filter, body]);
    }

    private Expr FoldTwo(int offset, FoldKind kind, Expr range, ImmutableArray<Expr> arguments)
    {
        foreach (var argument in arguments.AsSpan()[..2])
        {
            if (Variable(argument) is null)
            {
                return Bad(argument.Offset, "argument must be a simple name");
            }
        }

        var (first, second) = (Variable(arguments[0])!, Variable(arguments[1])!);
        if (first == second)
        {
            return Bad(arguments[1].Offset, $"duplicate variable name: {second}");
        }

        var filter = arguments.Length == 4 ? arguments[2] : null;
        return Deep(new FoldExpr(offset, kind, range, first, second, filter, arguments[^1]), [range, .. arguments.AsSpan()[2..]]);
    }

    private static string? Variable(Expr argument) => argument is IdentExpr { Name: var name } && name[0] != '.' ? name : null;
}
