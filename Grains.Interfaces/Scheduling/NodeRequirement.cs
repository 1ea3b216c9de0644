using System.Collections.Immutable;
using System.Globalization;

namespace Crescent.Scheduling;

/// <summary>One expression of a <see href="https://kubernetes.io/docs/concepts/scheduling-eviction/assign-pod-node/">node selector</see>.</summary>
internal sealed record NodeRequirement(string Key, string Operator, ImmutableArray<string> Values)
{
    /// <param name="value">The node's value under <see cref="Key"/>, null when it has none.</param>
    public bool IsMetBy(string? value) => Operator switch
    {
        "In" => value is not null && Values.Contains(value, StringComparer.Ordinal),
        "NotIn" => value is null || !Values.Contains(value, StringComparer.Ordinal),
        "Exists" => value is not null,
        "DoesNotExist" => value is null,
        "Gt" => Compare(value) > 0,
        "Lt" => Compare(value) < 0,
        _ => false,
    };

    private int? Compare(string? value) =>
        Values.Length == 1
        && long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var left)
        && long.TryParse(Values[0], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var right)
            ? left.CompareTo(right)
            : null;
}
