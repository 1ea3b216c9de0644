using System.Collections.Immutable;
using Crescent.Cel.Values;

namespace Crescent.Cel.Typing;

/// <summary>What a function does with arguments of the right kinds; the target of a member call is the first.</summary>
internal delegate CelValue Implementation(CelValue[] arguments);

/// <summary>Units of cost, taken before the function runs, so that it cannot make more than was paid for.</summary>
internal delegate long CallCost(CelValue[] arguments);

/// <summary>One signature of a function.</summary>
internal sealed class Overload(bool isMember, ImmutableArray<CelType> parameters, CelType result, Implementation run, CallCost? cost, bool takesAnyNumber)
{
    public bool IsMember => isMember;

    public ImmutableArray<CelType> Parameters => parameters;

    public CelType Result => result;

    public Implementation Run => run;

    /// <summary>Null for one unit.</summary>
    public CallCost? Cost => cost;

    public bool IsGeneric { get; } = parameters.Any(Mentions) || Mentions(result);

    /// <summary>
    /// Whether the values are of the kinds that the parameters ask for. Where an int is declared but any whole number will do (the index of
    /// a list), values whose kind was not known to the checker may be of the other kinds.
    /// </summary>
    public bool Fits(CelValue[] arguments)
    {
        if (arguments.Length != parameters.Length)
        {
            return false;
        }

        for (var index = 0; index < arguments.Length; index++)
        {
            var (wanted, given) = (parameters[index], arguments[index].Type);
            if (takesAnyNumber && wanted.Kind == CelKind.Int && arguments[index] is NumberValue)
            {
                continue;
            }

            if (wanted.Kind is not (CelKind.Dyn or CelKind.Parameter or CelKind.Any)
                && (wanted.Kind != given.Kind || (wanted.Kind == CelKind.Opaque && wanted.Name != given.Name)))
            {
                return false;
            }
        }

        return true;
    }

    private static bool Mentions(CelType type) => type.Kind == CelKind.Parameter || type.Parameters.Any(Mentions);
}
