using System.Collections.Immutable;
using System.Globalization;
using Crescent.Resources;

namespace Crescent.Api.Selectors;

/// <summary>One clause of a label selector; <c>=</c> is In with one value, <c>!=</c> is NotIn with one.</summary>
internal sealed record LabelRequirement(string Key, LabelOperator Operator, ImmutableArray<string> Values)
{
    public bool Matches(TextMap labels)
    {
        var isPresent = labels.TryGetValue(Key, out var value);
        return Operator switch
        {
            LabelOperator.Exists => isPresent,
            LabelOperator.NotExists => !isPresent,
            LabelOperator.In => isPresent && Values.Contains(value!),
            LabelOperator.NotIn => !isPresent || !Values.Contains(value!),
            LabelOperator.GreaterThan => isPresent && Number(value!) > Number(Values[0]),
            _ => isPresent && Number(value!) < Number(Values[0]),
        };
    }

    /// <summary>Null (which compares false with everything) when it is no integer.</summary>
    private static long? Number(string text) =>
        long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) ? number : null;
}
