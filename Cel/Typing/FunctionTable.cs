using Crescent.Cel.Values;

namespace Crescent.Cel.Typing;

/// <summary>The functions of an environment by name; filled once, then only read.</summary>
internal sealed class FunctionTable
{
    private readonly Dictionary<string, List<Overload>> _functions = new(StringComparer.Ordinal);

    public IReadOnlyList<Overload>? Find(string name) => _functions.GetValueOrDefault(name);

    public FunctionTable Global(string name, ReadOnlySpan<CelType> parameters, CelType result, Implementation run, CallCost? cost = null, bool takesAnyNumber = false) =>
        Add(name, new(false, [.. parameters], result, run, cost, takesAnyNumber));

    public FunctionTable Member(string name, ReadOnlySpan<CelType> parameters, CelType result, Implementation run, CallCost? cost = null) =>
        Add(name, new(true, [.. parameters], result, run, cost, takesAnyNumber: false));

    /// <summary>Callable both ways, as <c>size(x)</c> and <c>x.size()</c>.</summary>
    public FunctionTable Both(string name, ReadOnlySpan<CelType> parameters, CelType result, Implementation run, CallCost? cost = null) =>
        Global(name, parameters, result, run, cost).Member(name, parameters, result, run, cost);

    private FunctionTable Add(string name, Overload overload)
    {
        if (!_functions.TryGetValue(name, out var overloads))
        {
            _functions[name] = overloads = [];
        }

        overloads.Add(overload);
        return this;
    }
}
