using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>A macro that runs over the elements of a list or the keys of a map.</summary>
internal sealed class FoldLoop(Node range, int slot, bool hasTwo, Node? filter, Node body)
{
    private const int ListCost = 10;
    private const int MapCost = 30;

    public CelValue All(Frame frame) => Quantify(frame, decides: false);

    public CelValue Exists(Frame frame) => Quantify(frame, decides: true);

    public CelValue ExistsOne(Frame frame)
    {
        var count = 0;
        return Run(frame, result =>
        {
            count += result is BoolValue { Value: true } ? 1 : 0;
            return result is BoolValue ? null : Failure(result);
        }) ?? BoolValue.Of(count == 1);
    }

    public CelValue Map(Frame frame)
    {
        frame.Charge(ListCost);
        var items = new List<CelValue>();
        return Run(frame, result =>
        {
            items.Add(result);
            return null;
        }) ?? new ArrayListValue(items);
    }

    public CelValue Filter(Frame frame)
    {
        frame.Charge(ListCost);
        var items = new List<CelValue>();
        return Run(frame, result =>
        {
            if (result is BoolValue { Value: true })
            {
                items.Add(frame.Locals[slot]);
            }

            return result is BoolValue ? null : Failure(result);
        }) ?? new ArrayListValue(items);
    }

    public CelValue TransformMap(Frame frame)
    {
        frame.Charge(MapCost);
        var entries = new Dictionary<CelValue, CelValue>();
        return Run(frame, result => Aggregates.Put(entries, frame.Locals[slot], result)) ?? new DictionaryValue(entries);
    }

    public CelValue TransformMapEntry(Frame frame)
    {
        frame.Charge(MapCost);
        var entries = new Dictionary<CelValue, CelValue>();
        return Run(frame, result => Merge(entries, result)) ?? new DictionaryValue(entries);
    }

    private static ErrorValue? Merge(Dictionary<CelValue, CelValue> entries, CelValue result)
    {
        if (result is not MapValue map)
        {
            return ErrorValue.NoOverload;
        }

        foreach (var key in map.Keys)
        {
            map.TryGet(key, out var value);
            if (!entries.TryAdd(key, value))
            {
                return new($"insert failed: key '{key}' already exists");
            }
        }

        return null;
    }

    private static CelValue Failure(CelValue result) => result.IsError ? result : ErrorValue.NoOverload;

    /// <summary>Errors of single elements do not matter when another one decides.</summary>
    private CelValue Quantify(Frame frame, bool decides)
    {
        CelValue? failure = null;
        var decided = Run(frame, result =>
        {
            if (result is not BoolValue { Value: var isTrue })
            {
                failure ??= Failure(result);
                return null;
            }

            return isTrue == decides ? result : null;
        }, passErrors: true);
        return decided ?? failure ?? BoolValue.Of(!decides);
    }

    /// <summary>Runs the body for every element until a step returns something.</summary>
    private CelValue? Run(Frame frame, Func<CelValue, CelValue?> step, bool passErrors = false)
    {
        var values = range(frame);
        if (values is ListValue list)
        {
            for (var index = 0; index < list.Count; index++)
            {
                if (One(frame, hasTwo ? new IntValue(index) : list[index], hasTwo ? list[index] : null, step, passErrors) is { } result)
                {
                    return result;
                }
            }

            return null;
        }

        if (values is not MapValue map)
        {
            return values.IsError ? values : ErrorValue.NoOverload;
        }

        foreach (var key in map.Keys)
        {
            var value = hasTwo && map.TryGet(key, out var found) ? found : null;
            if (One(frame, key, value, step, passErrors) is { } result)
            {
                return result;
            }
        }

        return null;
    }

    private CelValue? One(Frame frame, CelValue first, CelValue? second, Func<CelValue, CelValue?> step, bool passErrors)
    {
        frame.Charge(1);
        frame.Locals[slot] = first;
        if (second is not null)
        {
            frame.Locals[slot + 1] = second;
        }

        if (filter is not null && filter(frame) is not BoolValue { Value: true } and var skipped)
        {
            return skipped is BoolValue ? null : Failure(skipped);
        }

        var result = body(frame);
        return result.IsError && !passErrors ? result : step(result);
    }
}
