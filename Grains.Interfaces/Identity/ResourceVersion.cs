using System.Globalization;

namespace Crescent.Identity;

/// <summary>
/// Position in the history of one resource type. Versions of one type are ordered and never reused; versions of different types
/// must not be compared. Zero means "any" in requests and "nothing yet" in positions.
/// See <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions">resource versions</see>.
/// </summary>
[GenerateSerializer, Immutable, Alias("identity.ResourceVersion")]
public readonly record struct ResourceVersion : IComparable<ResourceVersion>
{
    /// <param name="value">Non-negative position.</param>
    public ResourceVersion(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        Value = value;
    }

    /// <summary>"Nothing yet" / "any".</summary>
    public static ResourceVersion None => default;

    /// <summary>The number behind the opaque string.</summary>
    [Id(0)] public long Value { get; init; }

    /// <summary>Parses the decimal text clients send back; false for anything else (answer 400).</summary>
    public static bool TryParse(string? text, out ResourceVersion version)
    {
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value))
        {
            version = new(value);
            return true;
        }

        version = None;
        return false;
    }

    /// <inheritdoc />
    public int CompareTo(ResourceVersion other) => Value.CompareTo(other.Value);

    /// <summary>Decimal text as it stands in <c>metadata.resourceVersion</c>.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);

    public static bool operator <(ResourceVersion left, ResourceVersion right) => left.Value < right.Value;
    public static bool operator >(ResourceVersion left, ResourceVersion right) => left.Value > right.Value;
    public static bool operator <=(ResourceVersion left, ResourceVersion right) => left.Value <= right.Value;
    public static bool operator >=(ResourceVersion left, ResourceVersion right) => left.Value >= right.Value;
}
