using Crescent.Cel.Evaluation;
using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel;

/// <summary>A checked expression, ready to run any number of times on any threads.</summary>
public sealed class CelProgram
{
    private readonly Node _root;
    private readonly int _slots;

    internal CelProgram(Node root, CelType result, int slots) => (_root, ResultType, _slots) = (root, result, slots);

    public CelType ResultType { get; }

    /// <summary>Runs it; an error is a value. An expression that costs more than the limit ends with an error.</summary>
    public CelValue Evaluate(IReadOnlyDictionary<string, CelValue> variables, long costLimit = CostLimits.PerExpression) =>
        Evaluate(variables, costLimit, out _);

    /// <param name="cost">The units it took, as <see href="https://kubernetes.io/docs/reference/using-api/cel/#resource-constraints">Kubernetes</see> counts them.</param>
    public CelValue Evaluate(IReadOnlyDictionary<string, CelValue> variables, long costLimit, out long cost)
    {
        var frame = new Frame(variables, _slots, costLimit);
        try
        {
            return _root(frame);
        }
        catch (CostExceededException)
        {
            return new ErrorValue("operation cancelled: actual cost limit exceeded");
        }
        finally
        {
            cost = frame.Cost;
        }
    }
}
