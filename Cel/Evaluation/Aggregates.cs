using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>Lists and maps written in an expression.</summary>
internal static class Aggregates
{
    private const int ListCost = 10;
    private const int MapCost = 30;

    public static Node List((Node Node, bool IsOptional)[] elements) => frame =>
    {
        frame.Charge(ListCost);
        var items = new List<CelValue>(elements.Length);
        foreach (var (node, isOptional) in elements)
        {
            var value = node(frame);
            if (value.IsError)
            {
                return value;
            }

            if (!isOptional)
            {
                items.Add(value);
            }
            else if (value is not OptionalValue optional)
            {
                return new ErrorValue($"cannot initialize optional list element from non-optional value {value}");
            }
            else if (optional.Value is { } inner)
            {
                items.Add(inner);
            }
        }

        return new ArrayListValue(items);
    };

    public static Node Map((Node Key, Node Value, bool IsOptional)[] entries) => frame =>
    {
        frame.Charge(MapCost);
        var map = new Dictionary<CelValue, CelValue>(entries.Length);
        foreach (var (name, node, isOptional) in entries)
        {
            var key = name(frame);
            var value = node(frame);
            if (key.IsError || value.IsError)
            {
                return key.IsError ? key : value;
            }

            if (isOptional && value is not OptionalValue)
            {
                return new ErrorValue($"cannot initialize optional entry '{key}' from non-optional value {value}");
            }

            if (isOptional)
            {
                value = ((OptionalValue)value).Value;
            }

            if (value is not null && Put(map, key, value) is { } problem)
            {
                return problem;
            }
        }

        return new DictionaryValue(map);
    };

    /// <summary>Adds an entry, or says why it cannot be one.</summary>
    public static ErrorValue? Put(Dictionary<CelValue, CelValue> map, CelValue key, CelValue value)
    {
        if (key is not (StringValue or IntValue or UintValue or BoolValue))
        {
            return new($"unsupported key type: {key.Type.RuntimeName}");
        }

        return map.TryAdd(key, value) ? null : new($"Failed with repeated key: {key}");
    }
}
