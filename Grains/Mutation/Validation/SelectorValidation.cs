using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Label selectors: their form, and whether they match labels.</summary>
internal static class SelectorValidation
{
    public static void Validate(JsonObject? selector, string path, Problems problems)
    {
        MetadataValidation.Labels(selector.Object("matchLabels"), $"{path}.matchLabels", problems);
        Expressions(selector, path, isOfNodes: false, problems);
    }

    /// <summary><c>matchExpressions</c> of a selector; those of nodes compare numbers, too.</summary>
    public static void Expressions(JsonObject? owner, string path, bool isOfNodes, Problems problems)
    {
        var index = 0;
        foreach (var term in owner.Objects("matchExpressions"))
        {
            var at = $"{path}.matchExpressions[{index++}]";
            var values = term.Array("values")?.Count ?? 0;
            switch (term.Text("operator"))
            {
                case "In" or "NotIn" when values == 0:
                    problems.Required($"{at}.values", "must be specified when `operator` is 'In' or 'NotIn'");
                    break;
                case "Exists" or "DoesNotExist" when values > 0:
                    problems.Forbidden($"{at}.values", "may not be specified when `operator` is 'Exists' or 'DoesNotExist'");
                    break;
                case "Gt" or "Lt" when isOfNodes && values != 1:
                    problems.Required($"{at}.values", "must be specified single value when `operator` is 'Lt' or 'Gt'");
                    break;
                case "In" or "NotIn" or "Exists" or "DoesNotExist":
                case "Gt" or "Lt" when isOfNodes:
                    break;
                default:
                    problems.Invalid($"{at}.operator", term.Text("operator"), "not a valid selector operator");
                    break;
            }

            if (NameRules.QualifiedName(term.Text("key")) is { } problem)
            {
                problems.Invalid($"{at}.key", term.Text("key"), problem);
            }
        }
    }

    public static bool IsEmpty(JsonObject? selector) =>
        selector.Object("matchLabels") is not { Count: > 0 } && selector.Array("matchExpressions") is not { Count: > 0 };

    public static bool Matches(JsonObject? selector, JsonObject? labels) =>
        (selector.Object("matchLabels") ?? []).All(term => labels.Has(term.Key) && labels.Text(term.Key) == term.Value.AsText())
        && selector.Objects("matchExpressions").All(term => MatchesTerm(term, labels));

    private static bool MatchesTerm(JsonObject term, JsonObject? labels)
    {
        var (has, value) = (labels.Has(term.Text("key")), labels.Text(term.Text("key")));
        return term.Text("operator") switch
        {
            "In" => has && term.Texts("values").Contains(value, StringComparer.Ordinal),
            "NotIn" => !has || !term.Texts("values").Contains(value, StringComparer.Ordinal),
            "Exists" => has,
            "DoesNotExist" => !has,
            _ => false,
        };
    }
}
