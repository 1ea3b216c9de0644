using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>Fields of values.</summary>
internal static class Selection
{
    public static CelValue Get(CelValue value, string field) => value switch
    {
        MapValue map => map.TryGet(field, out var found) ? found : new ErrorValue($"no such key: {field}"),
        OptionalValue => Optional(value, field),
        ErrorValue => value,
        _ => ErrorValue.NoOverload,
    };

    public static CelValue Has(CelValue value, string field) => value switch
    {
        MapValue map => BoolValue.Of(map.TryGet(field, out _)),
        OptionalValue { Value: null } => BoolValue.False,
        OptionalValue { Value: { } inner } => Has(inner, field),
        ErrorValue => value,
        _ => ErrorValue.NoOverload,
    };

    public static CelValue Optional(CelValue value, string field) => value switch
    {
        MapValue map => map.TryGet(field, out var found) ? Present(found) : OptionalValue.None,
        OptionalValue { Value: null } => value,
        OptionalValue { Value: { } inner } => Optional(inner, field),
        ErrorValue => value,
        _ => ErrorValue.NoOverload,
    };

    private static CelValue Present(CelValue value) => value.IsError ? value : new OptionalValue(value);
}
