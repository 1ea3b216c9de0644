using System.Collections.Immutable;
using System.Globalization;

namespace Crescent.Cel.Typing;

/// <summary>
/// What is known about the type variables of one expression, by the rules of
/// <see href="https://github.com/google/cel-spec/blob/master/doc/langdef.md#type-checking">the language definition</see>. An attempt that
/// fails is taken back along a trail, so an attempt costs what it looks at and not what is known already. What takes too many steps to find
/// out is taken for dyn: variables that stand for types of variables can hide types of any size.
/// </summary>
internal sealed class TypeInference
{
    private const int MostSteps = 2_000;
    private readonly Dictionary<CelType, CelType> _known = new(ReferenceEqualityComparer.Instance);
    private readonly Stack<(CelType Variable, CelType? Before)> _trail = new();
    private int _variables;
    private int _steps;

    public CelType NewVariable() => CelType.Parameter(string.Create(CultureInfo.InvariantCulture, $"_var{_variables++}"));

    /// <summary>Whether a value of the second type may stand where the first is wanted; learns from it when it may.</summary>
    public bool Assign(CelType wanted, CelType given) => Try(() => Fits(wanted, given));

    public bool AssignAll(ReadOnlySpan<CelType> given, ImmutableArray<CelType> wanted)
    {
        if (given.Length != wanted.Length)
        {
            return false;
        }

        _trail.Clear();
        _steps = 0;
        for (var index = 0; index < given.Length; index++)
        {
            if (!Fits(given[index], wanted[index]))
            {
                TakeBack();
                return false;
            }
        }

        return true;
    }

    /// <summary>A type with what is known put in place of its variables; unknown ones stay, or become dyn.</summary>
    public CelType Resolve(CelType type, bool unknownIsDyn = false)
    {
        _steps = 0;
        return Replace(type, unknownIsDyn);
    }

    private CelType Replace(CelType type, bool unknownIsDyn)
    {
        if (++_steps > MostSteps)
        {
            return CelType.Dyn;
        }

        while (type.Kind == CelKind.Parameter)
        {
            if (!_known.TryGetValue(type, out var found))
            {
                return unknownIsDyn ? CelType.Dyn : type;
            }

            type = found;
        }

        if (type.Parameters.IsEmpty)
        {
            return type;
        }

        var parameters = type.Parameters.Select(parameter => Replace(parameter, unknownIsDyn)).ToImmutableArray();
        for (var index = 0; index < parameters.Length; index++)
        {
            if (!ReferenceEquals(parameters[index], type.Parameters[index]))
            {
                return type.With(parameters);
            }
        }

        return type;
    }

    /// <summary>An overload's types with new variables for its parameters.</summary>
    public (ImmutableArray<CelType> Parameters, CelType Result) Instantiate(Overload overload)
    {
        if (!overload.IsGeneric)
        {
            return (overload.Parameters, overload.Result);
        }

        var names = new Dictionary<string, CelType>(StringComparer.Ordinal);
        return ([.. overload.Parameters.Select(type => Rename(type, names))], Rename(overload.Result, names));
    }

    /// <summary>The one of two types that says less.</summary>
    public static CelType MostGeneral(CelType first, CelType second) => SaysNoMore(first, second) ? first : second;

    private CelType Rename(CelType type, Dictionary<string, CelType> names)
    {
        if (type.Kind != CelKind.Parameter)
        {
            return type.Parameters.IsEmpty ? type : type.With([.. type.Parameters.Select(parameter => Rename(parameter, names))]);
        }

        if (!names.TryGetValue(type.Name, out var variable))
        {
            names[type.Name] = variable = NewVariable();
        }

        return variable;
    }

    private bool Try(Func<bool> attempt)
    {
        _trail.Clear();
        _steps = 0;
        if (attempt())
        {
            return true;
        }

        TakeBack();
        return false;
    }

    private void TakeBack()
    {
        while (_trail.TryPop(out var step))
        {
            if (step.Before is null)
            {
                _known.Remove(step.Variable);
            }
            else
            {
                _known[step.Variable] = step.Before;
            }
        }
    }

    private void Learn(CelType variable, CelType type)
    {
        _trail.Push((variable, _known.GetValueOrDefault(variable)));
        _known[variable] = type;
    }

    private bool Fits(CelType first, CelType second)
    {
        if (++_steps > MostSteps)
        {
            return true;
        }

        if (second.Kind == CelKind.Parameter)
        {
            if (Stands(second, first, out var isBound))
            {
                return true;
            }

            if (isBound)
            {
                return false;
            }
        }

        if (first.Kind == CelKind.Parameter)
        {
            return Stands(first, second, out _);
        }

        if (first.IsDynamic || second.IsDynamic)
        {
            return true;
        }

        if (first.Kind == CelKind.Null || second.Kind == CelKind.Null)
        {
            return (first.Kind == CelKind.Null ? second : first).Kind
                is CelKind.Null or CelKind.Opaque or CelKind.Object or CelKind.Duration or CelKind.Timestamp;
        }

        return first.Kind == second.Kind && first.Kind switch
        {
            CelKind.Type => true,
            CelKind.Object => first.Name == second.Name,
            CelKind.List or CelKind.Map or CelKind.Opaque => first.Name == second.Name && first.Parameters.Length == second.Parameters.Length
                && (ReferenceEquals(first, second) || AllFit(first.Parameters, second.Parameters)),
            _ => true,
        };
    }

    private bool AllFit(ImmutableArray<CelType> first, ImmutableArray<CelType> second)
    {
        for (var index = 0; index < first.Length; index++)
        {
            if (!Fits(first[index], second[index]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether the variable can be the type.</summary>
    private bool Stands(CelType variable, CelType type, out bool isBound)
    {
        isBound = true;
        if (ReferenceEquals(variable, type))
        {
            return true;
        }

        if (_known.TryGetValue(variable, out var known))
        {
            if (known.Equals(type))
            {
                return true;
            }

            if (!Fits(type, known))
            {
                return false;
            }

            var general = MostGeneral(type, known);
            if (!Contains(general, variable))
            {
                Learn(variable, general);
            }

            return true;
        }

        isBound = false;
        if (Contains(type, variable))
        {
            return false;
        }

        Learn(variable, type);
        return true;
    }

    private bool Contains(CelType type, CelType variable)
    {
        if (++_steps > MostSteps)
        {
            return true;
        }

        while (type.Kind == CelKind.Parameter)
        {
            if (ReferenceEquals(type, variable))
            {
                return true;
            }

            if (!_known.TryGetValue(type, out var known))
            {
                return false;
            }

            type = known;
        }

        return type.Parameters.Any(parameter => Contains(parameter, variable));
    }

    private static bool SaysNoMore(CelType first, CelType second)
    {
        if (first.Kind is CelKind.Dyn or CelKind.Parameter || second.Kind is CelKind.Dyn or CelKind.Parameter)
        {
            return first.Kind is CelKind.Dyn or CelKind.Parameter;
        }

        return first.Kind == second.Kind
            && (first.Kind == CelKind.Type || (first.Name == second.Name && first.Parameters.Length == second.Parameters.Length
                && first.Parameters.Zip(second.Parameters).All(static pair => SaysNoMore(pair.First, pair.Second))));
    }
}
