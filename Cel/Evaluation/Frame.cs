using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>One evaluation: its variables, those of its macros, and what it has cost.</summary>
internal sealed class Frame(IReadOnlyDictionary<string, CelValue> variables, int slots, long limit)
{
    public CelValue[] Locals { get; } = slots == 0 ? [] : new CelValue[slots];

    public long Cost { get; private set; }

    public void Charge(long units)
    {
        Cost += units;
        if (Cost > limit)
        {
            throw new CostExceededException();
        }
    }

    public CelValue Find(string variable) =>
        variables.TryGetValue(variable, out var value) ? value : new ErrorValue($"no such attribute(s): {variable}");
}
