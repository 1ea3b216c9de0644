using System.Collections.Immutable;
using System.Text;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Api.Selectors;

/// <summary>The <c>fieldSelector</c> query parameter; an absent field has the value its kind says (<c>false</c>, <c>0</c>), mostly "".</summary>
internal sealed class FieldSelector(ImmutableArray<FieldRequirement> requirements)
{
    public static FieldSelector Everything { get; } = new([]);

    public ImmutableArray<FieldRequirement> Requirements { get; } = requirements;

    public bool IsEverything => Requirements.IsEmpty;

    public bool Matches(ResourceSnapshot snapshot)
    {
        foreach (var requirement in Requirements)
        {
            var actual = requirement.Path switch
            {
                "metadata.name" => snapshot.Key.Name,
                "metadata.namespace" => snapshot.Key.Namespace,
                _ => snapshot.Fields.TryGetValue(requirement.Path, out var value) ? value : requirement.Absent,
            };
            if ((actual == requirement.Value) == requirement.IsNegated)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Value that <c>metadata.name</c> must have; null when any will do.</summary>
    public string? RequiredName => Requirements.FirstOrDefault(static item => item is { Path: "metadata.name", IsNegated: false })?.Value;

    /// <summary>Value that <c>spec.nodeName</c> must have; null when any will do, or none.</summary>
    public string? RequiredNode =>
        Requirements.FirstOrDefault(static item => item is { Path: "spec.nodeName", IsNegated: false, Value.Length: > 0 })?.Value;

    /// <summary>Parses <c>a=b,c!=d</c> (backslash escapes) and checks that the kind can be selected by those fields.</summary>
    public static bool TryParse(string text, ResourceDefinition definition, out FieldSelector selector, out string problem)
    {
        selector = Everything;
        problem = string.Empty;
        var requirements = ImmutableArray.CreateBuilder<FieldRequirement>();
        foreach (var term in Terms(text))
        {
            var at = term.IndexOf('=', StringComparison.Ordinal);
            if (at < 0)
            {
                problem = $"invalid selector: '{text}'; can't understand '{term}'";
                return false;
            }

            var isNegated = at > 0 && term[at - 1] == '!';
            var path = term[..(isNegated ? at - 1 : at)];
            var value = term[(at + 1)..];
            if (!isNegated && value.StartsWith('='))
            {
                value = value[1..];
            }

            var field = path is "metadata.name" or "metadata.namespace" ? path : definition.FindSelectableField(path);
            if (field is null)
            {
                problem = $"field label not supported: {path}";
                return false;
            }

            requirements.Add(new(definition.StoredField(path), Unescape(value), isNegated, field.Absent));
        }

        selector = new(requirements.DrainToImmutable());
        return true;
    }

    private static IEnumerable<string> Terms(string text)
    {
        var start = 0;
        for (var index = 0; index <= text.Length; index++)
        {
            if (index < text.Length && text[index] == '\\')
            {
                index++;
            }
            else if (index == text.Length || text[index] == ',')
            {
                if (index > start)
                {
                    yield return text[start..Math.Min(index, text.Length)];
                }

                start = index + 1;
            }
        }
    }

    private static string Unescape(string value)
    {
        if (!value.Contains('\\', StringComparison.Ordinal))
        {
            return value;
        }

        var result = new StringBuilder(value.Length);
        for (var index = 0; index < value.Length; index++)
        {
            if (value[index] == '\\' && index + 1 < value.Length)
            {
                index++;
            }

            result.Append(value[index]);
        }

        return result.ToString();
    }
}
