using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Api.Selectors;

/// <summary>The <c>labelSelector</c> query parameter: all requirements must hold; none matches everything.</summary>
internal sealed class LabelSelector(ImmutableArray<LabelRequirement> requirements)
{
    public static LabelSelector Everything { get; } = new([]);

    public ImmutableArray<LabelRequirement> Requirements { get; } = requirements;

    public bool IsEverything => Requirements.IsEmpty;

    public bool Matches(TextMap labels)
    {
        foreach (var requirement in Requirements)
        {
            if (!requirement.Matches(labels))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The selector of a stored object: matchLabels and matchExpressions.</summary>
    public static LabelSelector Of(JsonElement selector) => new(
    [
        .. selector.Members("matchLabels").Select(static label => new LabelRequirement(label.Name, LabelOperator.In, [label.Value.ToString()])),
        .. selector.Items("matchExpressions").Select(static term => new LabelRequirement(
            term.Text("key"), OperatorOf(term.Text("operator")), [.. term.Items("values").Select(static value => value.ToString())])),
    ]);

    private static LabelOperator OperatorOf(string text) => text switch
    {
        "In" => LabelOperator.In,
        "NotIn" => LabelOperator.NotIn,
        "DoesNotExist" => LabelOperator.NotExists,
        _ => LabelOperator.Exists,
    };

    /// <summary>Parses equality- and set-based clauses; on failure <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, out LabelSelector selector, out string problem) =>
        new LabelSelectorParser(text).TryParse(out selector, out problem);
}
