using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>What does not need all of its operands: a term that decides outweighs terms that failed, in any order.</summary>
internal static class Connectives
{
    public static Node Logic(bool isAnd, Node[] terms) => frame =>
    {
        CelValue? failure = null;
        foreach (var term in terms)
        {
            var value = term(frame);
            if (value is not BoolValue { Value: var isTrue })
            {
                failure ??= value.IsError ? value : ErrorValue.NoOverload;
            }
            else if (isTrue != isAnd)
            {
                return value;
            }
        }

        return failure ?? BoolValue.Of(isAnd);
    };

    public static Node Conditional(Node condition, Node yes, Node no) => frame => condition(frame) switch
    {
        BoolValue { Value: true } => yes(frame),
        BoolValue => no(frame),
        ErrorValue error => error,
        _ => ErrorValue.NoOverload,
    };
}
