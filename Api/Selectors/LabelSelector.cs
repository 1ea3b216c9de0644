using System.Collections.Immutable;

namespace Crescent.Api.Selectors;

/// <summary>The <c>labelSelector</c> query parameter: all requirements must hold; none matches everything.</summary>
internal sealed class LabelSelector(ImmutableArray<LabelRequirement> requirements)
{
    public static LabelSelector Everything { get; } = new([]);

    public ImmutableArray<LabelRequirement> Requirements { get; } = requirements;

    public bool IsEverything => Requirements.IsEmpty;

    public bool Matches(ImmutableSortedDictionary<string, string> labels)
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

    /// <summary>Parses equality- and set-based clauses; on failure <paramref name="problem"/> says why.</summary>
    public static bool TryParse(string text, out LabelSelector selector, out string problem) =>
        new LabelSelectorParser(text).TryParse(out selector, out problem);
}
