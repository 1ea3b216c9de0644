using System.Collections.Immutable;

namespace Crescent.Definitions;

/// <summary>
/// One field that selectors may name, e.g. <c>spec.nodeName</c>. A plain string converts to a field that is read at its own path and is
/// empty when absent; see <see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/field-selectors/">Field Selectors</see>.
/// </summary>
public sealed record SelectableField
{
    /// <summary>What a selector writes, e.g. <c>source</c>.</summary>
    public required string Label { get; init; }

    /// <summary>Dotted paths of the value in the body; the first that has one counts. Empty: the label is the path.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>What an object without the field is selected by: <c>false</c> for a flag, <c>0</c> for a count.</summary>
    public string Absent { get; init; } = "";

    /// <summary>A field read at its own path, empty when absent.</summary>
    public static implicit operator SelectableField(string label) => new() { Label = label };

    /// <summary>A flag whose absence means <c>false</c>.</summary>
    public static SelectableField Flag(string label) => new() { Label = label, Absent = "false" };

    /// <summary>A count whose absence means 0.</summary>
    public static SelectableField Count(string label) => new() { Label = label, Absent = "0" };
}
