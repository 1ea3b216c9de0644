using System.Collections.Immutable;

namespace Crescent.Scheduling;

/// <summary>Expressions that must all hold; a term without any matches nothing.</summary>
internal sealed record NodeSelectorTerm(ImmutableArray<NodeRequirement> Labels, ImmutableArray<NodeRequirement> Fields)
{
    public bool Matches(IReadOnlyDictionary<string, string> labels, string nodeName)
    {
        if (Labels.IsEmpty && Fields.IsEmpty)
        {
            return false;
        }

        foreach (var requirement in Labels)
        {
            if (!requirement.IsMetBy(labels.GetValueOrDefault(requirement.Key)))
            {
                return false;
            }
        }

        foreach (var requirement in Fields)
        {
            if (!requirement.IsMetBy(requirement.Key == "metadata.name" ? nodeName : null))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The one node a <c>metadata.name In [x]</c> field leaves (daemon pods), null when the term is not of that form.</summary>
    public string? NamedNode =>
        Fields.FirstOrDefault(static requirement => requirement is { Key: "metadata.name", Operator: "In", Values.Length: 1 })?.Values[0];
}
