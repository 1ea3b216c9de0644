using System.Collections.Immutable;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>Calls of functions whose arguments must all be there: one that failed is the result.</summary>
internal static class Calls
{
    public static Node Of(ImmutableArray<Overload> overloads, Node[] arguments) => frame =>
    {
        var values = new CelValue[arguments.Length];
        for (var index = 0; index < values.Length; index++)
        {
            values[index] = arguments[index](frame);
            if (values[index].IsError)
            {
                return values[index];
            }
        }

        foreach (var overload in overloads)
        {
            if (overload.Fits(values))
            {
                frame.Charge(overload.Cost?.Invoke(values) ?? 1);
                return overload.Run(values);
            }
        }

        return ErrorValue.NoOverload;
    };
}
