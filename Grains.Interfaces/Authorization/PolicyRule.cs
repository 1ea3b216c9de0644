using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Authorization;

/// <summary>
/// One permission, see <see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#referring-to-resources">RBAC</see>.
/// Either resources or paths are given; <c>*</c> stands for all.
/// </summary>
public sealed record PolicyRule
{
    public required ImmutableArray<string> Verbs { get; init; }
    public ImmutableArray<string> ApiGroups { get; init; } = [];

    /// <summary><c>pods</c>, <c>pods/log</c>, <c>*/scale</c>.</summary>
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Only these objects; empty: all.</summary>
    public ImmutableArray<string> ResourceNames { get; init; } = [];

    /// <summary>Non-resource paths; a trailing <c>*</c> matches any rest.</summary>
    public ImmutableArray<string> NonResourceUrls { get; init; } = [];

    /// <summary>Full authority.</summary>
    public static ImmutableArray<PolicyRule> Everything { get; } =
    [
        new() { Verbs = ["*"], ApiGroups = ["*"], Resources = ["*"] },
        new() { Verbs = ["*"], NonResourceUrls = ["*"] },
    ];

    /// <summary>From a role's <c>rules</c>.</summary>
    public static ImmutableArray<PolicyRule> ReadAll(JsonElement rules) =>
        rules.ValueKind == JsonValueKind.Array ? [.. rules.EnumerateArray().Select(Read)] : [];

    /// <summary>True when the rule grants <paramref name="request"/>.</summary>
    public bool Covers(in AccessRequest request)
    {
        if (!Matches(Verbs, request.Verb))
        {
            return false;
        }

        return request.IsResource
            ? Matches(ApiGroups, request.Group) && MatchesResource(request.Resource, request.Subresource)
                && (ResourceNames.IsEmpty || ResourceNames.Contains(request.Name))
            : MatchesPath(request.Path);
    }

    private bool MatchesResource(string resource, string subresource)
    {
        foreach (var allowed in Resources)
        {
            if (allowed == "*" || (subresource.Length == 0 ? allowed == resource : IsSubresource(allowed, resource, subresource)))
            {
                return true;
            }
        }

        return false;
    }

    // Compares with "resource/subresource" without putting it together.
    private static bool IsSubresource(string allowed, string resource, string subresource)
    {
        var slash = allowed.Length - subresource.Length - 1;
        if (slash < 1 || allowed[slash] != '/' || !allowed.EndsWith(subresource, StringComparison.Ordinal))
        {
            return false;
        }

        var parent = allowed.AsSpan(0, slash);
        return parent is "*" || parent.SequenceEqual(resource);
    }

    private bool MatchesPath(string path)
    {
        foreach (var allowed in NonResourceUrls)
        {
            if (allowed.EndsWith('*') ? path.AsSpan().StartsWith(allowed.AsSpan(..^1), StringComparison.Ordinal) : allowed == path)
            {
                return true;
            }
        }

        return false;
    }

    private static bool Matches(ImmutableArray<string> allowed, string value)
    {
        foreach (var item in allowed)
        {
            if (item == "*" || item == value)
            {
                return true;
            }
        }

        return false;
    }

    private static PolicyRule Read(JsonElement rule) => new()
    {
        Verbs = Texts(rule, "verbs"), ApiGroups = Texts(rule, "apiGroups"), Resources = Texts(rule, "resources"),
        ResourceNames = Texts(rule, "resourceNames"), NonResourceUrls = Texts(rule, "nonResourceURLs"),
    };

    private static ImmutableArray<string> Texts(JsonElement rule, string name) =>
        [.. rule.Items(name).Where(static item => item.ValueKind == JsonValueKind.String).Select(static item => item.GetString()!)];
}
