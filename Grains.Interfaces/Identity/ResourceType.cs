namespace Crescent.Identity;

/// <summary>
/// A group-resource, e.g. <c>deployments.apps</c> or <c>pods</c> (core group). The version is not part of it: one stored object
/// may be served in several versions. See
/// <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/">API concepts</see>.
/// </summary>
[GenerateSerializer, Immutable, Alias("identity.ResourceType")]
public readonly record struct ResourceType : ISpanFormattable
{
    /// <param name="group">API group, empty for core.</param>
    /// <param name="resource">Lower-case plural, e.g. <c>pods</c>.</param>
    public ResourceType(string group, string resource)
    {
        ArgumentNullException.ThrowIfNull(group);
        ArgumentException.ThrowIfNullOrEmpty(resource);
        Group = group;
        Resource = resource;
    }

    /// <summary>API group; empty for the core group.</summary>
    [Id(0)] public string Group { get; init; }

    /// <summary>Lower-case plural resource name.</summary>
    [Id(1)] public string Resource { get; init; }

    /// <summary>Parses <c>resource[.group]</c>, the inverse of <see cref="ToString()"/>.</summary>
    /// <exception cref="FormatException">The text is empty or starts with a dot.</exception>
    public static ResourceType Parse(string text)
    {
        var dot = text.IndexOf('.', StringComparison.Ordinal);
        if (text.Length == 0 || dot == 0)
        {
            throw new FormatException($"'{text}' is not a resource type; expected resource[.group]");
        }

        return dot < 0 ? new(string.Empty, text) : new(text[(dot + 1)..], text[..dot]);
    }

    /// <summary><c>pods</c>, <c>deployments.apps</c>. Also the key of the type's sequencer grain.</summary>
    public override string ToString() => string.IsNullOrEmpty(Group) ? Resource : $"{Resource}.{Group}";

    /// <inheritdoc />
    public string ToString(string? format, IFormatProvider? formatProvider) => ToString();

    /// <inheritdoc />
    public bool TryFormat(Span<char> destination, out int charsWritten, ReadOnlySpan<char> format, IFormatProvider? provider) =>
        string.IsNullOrEmpty(Group)
            ? destination.TryWrite($"{Resource}", out charsWritten)
            : destination.TryWrite($"{Resource}.{Group}", out charsWritten);
}
