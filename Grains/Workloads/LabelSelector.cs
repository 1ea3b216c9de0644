using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads;

/// <summary>A <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/label-selector/">LabelSelector</see>.</summary>
internal sealed class LabelSelector
{
    private readonly ImmutableArray<Requirement> _requirements;

    private LabelSelector(ImmutableArray<Requirement> requirements) => _requirements = requirements;

    /// <summary>True for <c>{}</c>, which selects everything.</summary>
    public bool IsEmpty => _requirements.IsEmpty;

    /// <summary>Reads matchLabels and matchExpressions; an absent selector gives null: it selects nothing.</summary>
    public static LabelSelector? Parse(JsonElement selector)
    {
        if (selector.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        var requirements = ImmutableArray.CreateBuilder<Requirement>();
        requirements.AddRange(FromMap(selector.At("matchLabels")));
        foreach (var expression in selector.At("matchExpressions").Items())
        {
            requirements.Add(new(
                expression.At("key").Text() ?? "", expression.At("operator").Text() ?? "",
                [.. expression.At("values").Items().Select(static value => value.Text() ?? "")]));
        }

        return new(requirements.ToImmutable());
    }

    /// <summary>A plain map as in a Service's <c>spec.selector</c>; null when absent or empty, which selects nothing there.</summary>
    public static LabelSelector? ParseMap(JsonElement map)
    {
        var requirements = FromMap(map).ToImmutableArray();
        return requirements.IsEmpty ? null : new(requirements);
    }

    public bool Matches(IReadOnlyDictionary<string, string> labels)
    {
        foreach (var requirement in _requirements)
        {
            if (!requirement.IsMet(labels))
            {
                return false;
            }
        }

        return true;
    }

    private static IEnumerable<Requirement> FromMap(JsonElement map) =>
        map.TextMap().Select(static pair => new Requirement(pair.Key, "In", [pair.Value]));

    private sealed record Requirement(string Key, string Operator, ImmutableArray<string> Values)
    {
        public bool IsMet(IReadOnlyDictionary<string, string> labels)
        {
            var isPresent = labels.TryGetValue(Key, out var value);
            return Operator switch
            {
                "In" => isPresent && Values.Contains(value!, StringComparer.Ordinal),
                "NotIn" => !isPresent || !Values.Contains(value!, StringComparer.Ordinal),
                "Exists" => isPresent,
                "DoesNotExist" => !isPresent,
                _ => false,
            };
        }
    }
}
