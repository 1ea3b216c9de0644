using System.Collections.Immutable;
using System.Text;

namespace Crescent.Authorization;

/// <summary>Which permissions contain which: nobody may hand out what he does not hold himself.</summary>
internal static class RuleCoverage
{
    /// <summary>What of <paramref name="asked"/> is not contained in <paramref name="held"/>, as single permissions.</summary>
    public static ImmutableArray<PolicyRule> Missing(IEnumerable<PolicyRule> held, IEnumerable<PolicyRule> asked)
    {
        var owned = held.ToList();
        return [.. asked.SelectMany(BreakDown).Where(rule => !owned.Exists(owner => Contains(owner, rule)))];
    }

    /// <summary>The texts Kubernetes shows, verbs of one resource together, sorted.</summary>
    public static IEnumerable<string> Describe(IEnumerable<PolicyRule> missing) => Compact(missing).Select(Describe).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);

    /// <summary>Single permissions: one verb, one group, one resource, at most one name; or one verb and one path.</summary>
    private static IEnumerable<PolicyRule> BreakDown(PolicyRule rule)
    {
        foreach (var group in rule.ApiGroups)
        {
            foreach (var resource in rule.Resources)
            {
                foreach (var verb in rule.Verbs)
                {
                    if (rule.ResourceNames.IsEmpty)
                    {
                        yield return new() { Verbs = [verb], ApiGroups = [group], Resources = [resource] };
                    }

                    foreach (var name in rule.ResourceNames)
                    {
                        yield return new() { Verbs = [verb], ApiGroups = [group], Resources = [resource], ResourceNames = [name] };
                    }
                }
            }
        }

        foreach (var path in rule.NonResourceUrls)
        {
            foreach (var verb in rule.Verbs)
            {
                yield return new() { Verbs = [verb], NonResourceUrls = [path] };
            }
        }
    }

    private static bool Contains(PolicyRule owner, PolicyRule single) =>
        Has(owner.Verbs, single.Verbs[0])
        && (single.NonResourceUrls.IsEmpty
            ? Has(owner.ApiGroups, single.ApiGroups[0]) && HasResource(owner.Resources, single.Resources[0])
                && (owner.ResourceNames.IsEmpty || (!single.ResourceNames.IsEmpty && owner.ResourceNames.Contains(single.ResourceNames[0])))
            : owner.NonResourceUrls.Any(path => path == single.NonResourceUrls[0]
                || (path.EndsWith('*') && single.NonResourceUrls[0].StartsWith(path[..^1], StringComparison.Ordinal))));

    private static bool Has(ImmutableArray<string> owned, string value) => owned.Contains("*") || owned.Contains(value);

    private static bool HasResource(ImmutableArray<string> owned, string resource)
    {
        var slash = resource.IndexOf('/', StringComparison.Ordinal);
        return Has(owned, resource) || (slash >= 0 && owned.Contains($"*{resource[slash..]}"));
    }

    private static IEnumerable<PolicyRule> Compact(IEnumerable<PolicyRule> rules) => rules
        .GroupBy(static rule => (string.Join(',', rule.ApiGroups), string.Join(',', rule.Resources), string.Join(',', rule.ResourceNames), string.Join(',', rule.NonResourceUrls)))
        .Select(static group => group.First() with { Verbs = [.. group.SelectMany(static rule => rule.Verbs).Distinct(StringComparer.Ordinal)] });

    private static string Describe(PolicyRule rule)
    {
        var text = new StringBuilder("{");
        Add("APIGroups", rule.ApiGroups);
        Add("Resources", rule.Resources);
        Add("NonResourceURLs", rule.NonResourceUrls);
        Add("ResourceNames", rule.ResourceNames);
        Add("Verbs", rule.Verbs);
        return text.Append('}').ToString();

        void Add(string name, ImmutableArray<string> values)
        {
            if (!values.IsEmpty)
            {
                text.Append(text.Length > 1 ? ", " : "").Append(name).Append(':').Append(Quote(values));
            }
        }
    }

    /// <summary><c>["a" "b"]</c>.</summary>
    public static string Quote(IEnumerable<string> values) => $"[{string.Join(' ', values.Select(static value => $"\"{value}\""))}]";
}
