using System.Collections.Immutable;
using Crescent.Cel.Libraries;
using Crescent.Cel.Syntax;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

internal sealed partial class Binder
{
    private Bound Call(CallExpr call)
    {
        if (call.Target is null)
        {
            var arguments = call.Arguments.Select(Bind).ToArray();
            var name = call.Function.TrimStart('.');
            return environment.Functions.Find(name) is { } function
                ? Resolve(call, name, function, arguments, isMember: false)
                : Undeclared(call.Offset, call.Function);
        }

        var given = call.Arguments.Select(Bind).ToArray();
        if (Qualified(call.Target) is { } prefix && environment.Functions.Find($"{prefix.TrimStart('.')}.{call.Function}") is { } qualified)
        {
            return Resolve(call, $"{prefix.TrimStart('.')}.{call.Function}", qualified, given, isMember: false);
        }

        var target = Bind(call.Target);
        return environment.Functions.Find(call.Function) is { } member
            ? Resolve(call, call.Function, member, [target, .. given], isMember: true)
            : Undeclared(call.Offset, call.Function);
    }

    private Bound Resolve(CallExpr call, string name, IReadOnlyList<Overload> overloads, Bound[] arguments, bool isMember)
    {
        CelType? result = null;
        var found = ImmutableArray.CreateBuilder<Overload>();
        var types = arguments.Select(static argument => argument.Type).ToArray();
        foreach (var overload in overloads)
        {
            if (overload.IsMember != isMember)
            {
                continue;
            }

            var (wanted, returned) = _types.Instantiate(overload);
            if (_types.AssignAll(types, wanted))
            {
                found.Add(overload);
                var type = _types.Resolve(returned);
                result = result is null || result.Equals(type) ? type : CelType.Dyn;
            }
        }

        if (result is null)
        {
            NoOverload(call.Offset, name, types, isMember);
            return Broken;
        }

        LiteralChecks.Check(name, call, Errors);
        return new(result, Calls.Of(found.ToImmutable(), [.. arguments.Select(static argument => argument.Node)]));
    }

    private Bound Fold(FoldExpr fold)
    {
        var range = Bind(fold.Range);
        var rangeType = _types.Resolve(range.Type);
        if (fold.Kind is FoldKind.Bind)
        {
            var slot = Declare(fold.Variable, range.Type);
            var body = Bind(fold.Body);
            Forget(1);
            return new(body.Type, Folds.Bind(range.Node, slot, body.Node));
        }

        if (fold.Kind is FoldKind.OptionalMap or FoldKind.OptionalFlatMap)
        {
            return OptionalFold(fold, range, rangeType);
        }

        var (first, second) = Variables(fold, rangeType);
        var slots = Declare(fold.Variable, first);
        if (fold.Second is not null)
        {
            Declare(fold.Second, second);
        }

        var filter = fold.Filter is null ? (Bound?)null : Bind(fold.Filter);
        var step = Bind(fold.Body);
        var type = FoldType(fold, first, filter, step);
        Forget(fold.Second is null ? 1 : 2);
        var loop = new FoldLoop(range.Node, slots, fold.Second is not null, filter?.Node, step.Node);
        return new(type, fold.Kind switch
        {
            FoldKind.All => loop.All,
            FoldKind.Exists => loop.Exists,
            FoldKind.ExistsOne => loop.ExistsOne,
            FoldKind.Map => loop.Map,
            FoldKind.Filter => loop.Filter,
            FoldKind.TransformMap => loop.TransformMap,
            _ => loop.TransformMapEntry,
        });
    }

    private Bound OptionalFold(FoldExpr fold, Bound range, CelType rangeType)
    {
        if (!rangeType.IsOptional && !rangeType.IsDynamic)
        {
            NoOverload(fold.Offset, "hasValue", [rangeType], isMember: true);
        }

        var slot = Declare(fold.Variable, rangeType.IsOptional ? rangeType.Parameters[0] : CelType.Dyn);
        var body = Bind(fold.Body);
        Forget(1);
        var isFlat = fold.Kind == FoldKind.OptionalFlatMap;
        if (isFlat && _types.Resolve(body.Type) is { IsOptional: false, IsDynamic: false })
        {
            NoOverload(fold.Offset, "_?_:_", [CelType.Bool, body.Type, CelType.Optional(CelType.Dyn)], isMember: false);
        }

        return new(isFlat ? body.Type : CelType.Optional(body.Type), Folds.Optional(range.Node, slot, body.Node, isFlat));
    }

    private (CelType First, CelType Second) Variables(FoldExpr fold, CelType range)
    {
        switch (range.Kind)
        {
            case CelKind.List:
                return fold.Second is null ? (range.Parameters[0], CelType.Dyn) : (CelType.Int, range.Parameters[0]);
            case CelKind.Map:
                return (range.Parameters[0], range.Parameters[1]);
            case CelKind.Dyn or CelKind.Any or CelKind.Error or CelKind.Parameter:
                _types.Assign(CelType.Dyn, range);
                return (CelType.Dyn, CelType.Dyn);
            default:
                Errors.Add(new(fold.Range.Offset, $"expression of type '{range}' cannot be range of a comprehension (must be list, map, or dynamic)"));
                return (CelType.Error, CelType.Error);
        }
    }

    private CelType FoldType(FoldExpr fold, CelType element, Bound? filter, Bound body)
    {
        if (fold.Kind is FoldKind.All or FoldKind.Exists)
        {
            if (!_types.Assign(body.Type, CelType.Bool))
            {
                Errors.Add(new(fold.Body.Offset, $"expected type 'bool' but found '{_types.Resolve(body.Type)}'"));
            }

            return CelType.Bool;
        }

        var result = fold.Kind switch
        {
            FoldKind.ExistsOne => CelType.Int,
            FoldKind.Filter => CelType.List(element),
            FoldKind.Map => CelType.List(body.Type),
            FoldKind.TransformMap => CelType.Map(element, body.Type),
            _ => _types.Resolve(body.Type).Kind == CelKind.Map ? body.Type : CelType.AnyMap,
        };
        var predicate = fold.Kind is FoldKind.ExistsOne or FoldKind.Filter ? body : filter;
        var type = predicate is { } condition ? Choose(fold.Offset, condition.Type, result, result) ?? CelType.Error : result;
        return fold.Kind == FoldKind.ExistsOne ? CelType.Bool : type;
    }

    private int Declare(string name, CelType type)
    {
        _locals.Add((name, type));
        Slots = Math.Max(Slots, _locals.Count);
        return _locals.Count - 1;
    }

    private void Forget(int count) => _locals.RemoveRange(_locals.Count - count, count);
}
