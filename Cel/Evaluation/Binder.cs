using System.Collections.Immutable;
using Crescent.Cel.Libraries;
using Crescent.Cel.Syntax;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>
/// Checks an expression and turns it into nodes that run, in one walk. Messages are those of the checker Kubernetes uses.
/// </summary>
internal sealed partial class Binder(CelEnvironment environment)
{
    private static readonly Node Nothing = static _ => NullValue.Instance;
    private static readonly Bound Broken = new(CelType.Error, Nothing);
    private readonly TypeInference _types = new();
    private readonly List<(string Name, CelType Type)> _locals = [];

    public List<CelError> Errors { get; } = [];

    /// <summary>Local variables that are alive at the same time, at most.</summary>
    public int Slots { get; private set; }

    public CelType ResultOf(Bound bound) => _types.Resolve(bound.Type, unknownIsDyn: true);

    public Bound Bind(Expr expression) => expression switch
    {
        ConstantExpr constant => Constant(constant),
        IdentExpr ident => Ident(ident),
        SelectExpr select => Select(select),
        CallExpr call => Call(call),
        LogicExpr logic => Logic(logic),
        ConditionalExpr conditional => Conditional(conditional),
        ListExpr list => List(list),
        MapExpr map => Map(map),
        MessageExpr message => Undeclared(message.Offset, message.TypeName),
        FoldExpr fold => Fold(fold),
        _ => throw new InvalidOperationException($"No binding for {expression.GetType().Name}."),
    };

    private static Bound Constant(ConstantExpr constant)
    {
        var value = constant.Value;
        return new(value.Type, _ => value);
    }

    private Bound Ident(IdentExpr ident) => Resolve(ident.Name) ?? Undeclared(ident.Offset, ident.Name);

    private Bound? Resolve(string name)
    {
        if (name[0] != '.')
        {
            for (var slot = _locals.Count - 1; slot >= 0; slot--)
            {
                if (_locals[slot].Name == name)
                {
                    var (local, at) = (_locals[slot].Type, slot);
                    return new(local, frame =>
                    {
                        frame.Charge(1);
                        return frame.Locals[at];
                    });
                }
            }
        }

        var plain = name.TrimStart('.');
        if (environment.Variables.TryGetValue(plain, out var type))
        {
            return new(type, frame =>
            {
                frame.Charge(1);
                return frame.Find(plain);
            });
        }

        if (TypeNames.Find(plain) is not { } named)
        {
            return null;
        }

        var value = new TypeValue(named);
        return new(CelType.TypeOf(named), _ => value);
    }

    private Bound Undeclared(int offset, string name)
    {
        Errors.Add(new(offset, $"undeclared reference to '{name}' (in container '')"));
        return Broken;
    }

    private Bound Select(SelectExpr select)
    {
        if (select.Kind == SelectKind.Value && Qualified(select) is { } name && !IsLocal(name) && Resolve(name) is { } variable)
        {
            return variable;
        }

        var operand = Bind(select.Operand);
        var type = FieldType(select, _types.Resolve(operand.Type), out var isOptional);
        var (node, field) = (operand.Node, select.Field);
        return select.Kind switch
        {
            SelectKind.Presence => new(CelType.Bool, frame => Selection.Has(node(frame), field)),
            SelectKind.Optional => new(CelType.Optional(type), frame =>
            {
                var value = node(frame);
                frame.Charge(1);
                return Selection.Optional(value, field);
            }),
            _ => new(isOptional ? CelType.Optional(type) : type, frame =>
            {
                var value = node(frame);
                frame.Charge(1);
                return Selection.Get(value, field);
            }),
        };
    }

    private CelType FieldType(SelectExpr select, CelType operand, out bool isOptional)
    {
        isOptional = operand.IsOptional;
        var target = isOptional ? _types.Resolve(operand.Parameters[0]) : operand;
        switch (target.Kind)
        {
            case CelKind.Map:
                return _types.Resolve(target.Parameters[1]);
            case CelKind.Object:
                if (target.Fields.TryGetValue(select.Field, out var field))
                {
                    return field;
                }

                Errors.Add(new(select.Offset, $"undefined field '{select.Field}'"));
                return CelType.Error;
            case CelKind.Parameter:
                _types.Assign(CelType.Dyn, target);
                return CelType.Dyn;
            default:
                if (!target.IsDynamic)
                {
                    Errors.Add(new(select.Offset, $"type '{target}' does not support field selection"));
                }

                return CelType.Dyn;
        }
    }

    /// <summary>The dotted name that a chain of selections spells; null when it is something else.</summary>
    private static string? Qualified(Expr expression)
    {
        var names = new Stack<string>();
        while (expression is SelectExpr { Kind: SelectKind.Value } select)
        {
            names.Push(select.Field);
            expression = select.Operand;
        }

        return expression is IdentExpr ident ? string.Join('.', names.Prepend(ident.Name)) : null;
    }

    private bool IsLocal(string qualified)
    {
        var root = qualified.AsSpan(0, qualified.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot ? dot : qualified.Length);
        foreach (var (name, _) in _locals)
        {
            if (root.SequenceEqual(name))
            {
                return true;
            }
        }

        return false;
    }

    private Bound Logic(LogicExpr logic)
    {
        var terms = logic.Terms.Select(Bind).ToArray();
        for (var index = 0; index < terms.Length; index++)
        {
            if (!_types.Assign(terms[index].Type, CelType.Bool))
            {
                Errors.Add(new(logic.Terms[index].Offset, $"expected type 'bool' but found '{_types.Resolve(terms[index].Type)}'"));
            }
        }

        return new(CelType.Bool, Connectives.Logic(logic.IsAnd, [.. terms.Select(static term => term.Node)]));
    }

    private Bound Conditional(ConditionalExpr conditional)
    {
        var (condition, yes, no) = (Bind(conditional.Condition), Bind(conditional.Yes), Bind(conditional.No));
        var type = Choose(conditional.Offset, condition.Type, yes.Type, no.Type);
        return type is null ? Broken : new(type, Connectives.Conditional(condition.Node, yes.Node, no.Node));
    }

    /// <summary>The type of <c>a ? b : c</c>; null after an error.</summary>
    private CelType? Choose(int offset, CelType condition, CelType yes, CelType no)
    {
        var result = _types.NewVariable();
        if (_types.AssignAll([condition, yes, no], [CelType.Bool, result, result]))
        {
            return _types.Resolve(result);
        }

        NoOverload(offset, "_?_:_", [condition, yes, no], isMember: false);
        return null;
    }

    private void NoOverload(int offset, string function, IEnumerable<CelType> arguments, bool isMember)
    {
        var names = arguments.Select(type => _types.Resolve(type, unknownIsDyn: true).ToString()).ToArray();
        var signature = isMember ? $"{names[0]}.({string.Join(", ", names.Skip(1))})" : $"({string.Join(", ", names)})";
        Errors.Add(new(offset, $"found no matching overload for '{function}' applied to '{signature}'"));
    }

    private Bound List(ListExpr list)
    {
        CelType? element = null;
        var items = new (Node Node, bool IsOptional)[list.Elements.Length];
        for (var index = 0; index < items.Length; index++)
        {
            var item = list.Elements[index];
            var bound = Bind(item.Value);
            items[index] = (bound.Node, item.IsOptional);
            element = Join(item.Value.Offset, element, Unwrapped(item.Value.Offset, bound.Type, item.IsOptional));
        }

        return new(CelType.List(element ?? _types.NewVariable()), Aggregates.List(items));
    }

    private Bound Map(MapExpr map)
    {
        CelType? key = null;
        CelType? value = null;
        var entries = new (Node Key, Node Value, bool IsOptional)[map.Entries.Length];
        for (var index = 0; index < entries.Length; index++)
        {
            var entry = map.Entries[index];
            var name = Bind(entry.Key);
            key = Join(entry.Key.Offset, key, name.Type);
            var bound = Bind(entry.Value);
            value = Join(entry.Value.Offset, value, Unwrapped(entry.Value.Offset, bound.Type, entry.IsOptional));
            entries[index] = (name.Node, bound.Node, entry.IsOptional);
        }

        return new(CelType.Map(key ?? _types.NewVariable(), value ?? _types.NewVariable()), Aggregates.Map(entries));
    }

    private CelType Unwrapped(int offset, CelType type, bool isOptional)
    {
        var resolved = _types.Resolve(type);
        if (!isOptional || resolved.IsDynamic)
        {
            return type;
        }

        if (resolved.IsOptional)
        {
            return resolved.Parameters[0];
        }

        Errors.Add(new(offset, $"expected type '{CelType.Optional(resolved)}' but found '{resolved}'"));
        return type;
    }

    /// <summary>Elements of a literal must agree; dyn agrees with everything.</summary>
    private CelType Join(int offset, CelType? before, CelType next)
    {
        if (before is null)
        {
            return next;
        }

        if (_types.Assign(before, next))
        {
            return TypeInference.MostGeneral(before, next);
        }

        Errors.Add(new(offset, $"expected type '{_types.Resolve(before, true)}' but found '{_types.Resolve(next, true)}'"));
        return CelType.Error;
    }
}
