using System.Collections.Immutable;
using Crescent.Authorization;

namespace Crescent.Grains.Authorization;

/// <summary>Rules as the tables of default roles write them: words apart by spaces.</summary>
internal static class RuleWords
{
    /// <param name="verbs">Verbs.</param>
    /// <param name="groups">API groups; an empty word is the core group.</param>
    /// <param name="resources">Resources.</param>
    /// <param name="names">Names it is limited to; empty for all.</param>
    public static PolicyRule Rule(string verbs, string groups, string resources, string names = "") => new()
    {
        Verbs = Words(verbs), ApiGroups = Words(groups), Resources = Words(resources), ResourceNames = names.Length == 0 ? [] : Words(names),
    };

    public static ImmutableArray<string> Words(string text) => [.. text.Split(' ')];
}
