using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Definitions;

namespace Crescent.Api.Limits;

/// <summary>
/// Subjects, and the <see href="https://kubernetes.io/docs/reference/kubernetes-api/cluster-resources/flow-schema-v1/">resources and paths</see>
/// they ask for.
/// </summary>
internal sealed class FlowRule
{
    private readonly ImmutableArray<(string Kind, string Namespace, string Name)> _subjects;
    private readonly ImmutableArray<ResourceRule> _resources;
    private readonly ImmutableArray<PathRule> _paths;

    private FlowRule(
        ImmutableArray<(string Kind, string Namespace, string Name)> subjects, ImmutableArray<ResourceRule> resources, ImmutableArray<PathRule> paths) =>
        (_subjects, _resources, _paths) = (subjects, resources, paths);

    /// <summary>Every request of <paramref name="groups"/>.</summary>
    public static FlowRule Everything(params ReadOnlySpan<string> groups)
    {
        var subjects = ImmutableArray.CreateBuilder<(string, string, string)>();
        foreach (var group in groups)
        {
            subjects.Add(("Group", "", group));
        }

        return new(subjects.ToImmutable(), [new(["*"], ["*"], ["*"], IsClusterWide: true, ["*"])], [new(["*"], ["*"])]);
    }

    public static FlowRule Of(JsonElement rule) => new(
        [.. rule.Items("subjects").Select(Subject)],
        [.. rule.Items("resourceRules").Select(static item => new ResourceRule(
            Texts(item, "verbs"), Texts(item, "apiGroups"), Texts(item, "resources"), item.Flag("clusterScope"), Texts(item, "namespaces")))],
        [.. rule.Items("nonResourceRules").Select(static item => new PathRule(Texts(item, "verbs"), Texts(item, "nonResourceURLs")))]);

    public bool SpeaksOf(UserInfo user)
    {
        foreach (var (kind, ns, name) in _subjects)
        {
            var isOne = kind switch
            {
                "User" => name == "*" || name == user.Name,
                "Group" => name == "*" || user.Groups.Contains(name),
                _ => ServiceAccountNames.TryParse(user.Name, out var accountNamespace, out var account)
                    && accountNamespace == ns && (name == "*" || name == account),
            };
            if (isOne)
            {
                return true;
            }
        }

        return false;
    }

    public bool Matches(in AccessRequest request)
    {
        if (request.IsResource)
        {
            foreach (var rule in _resources)
            {
                if (rule.Matches(request))
                {
                    return true;
                }
            }
        }
        else
        {
            foreach (var rule in _paths)
            {
                if (rule.Matches(request))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private static (string Kind, string Namespace, string Name) Subject(JsonElement subject) => subject.Text("kind") switch
    {
        "User" => ("User", "", subject.Text("user", "name")),
        "Group" => ("Group", "", subject.Text("group", "name")),
        var kind => (kind, subject.Text("serviceAccount", "namespace"), subject.Text("serviceAccount", "name")),
    };

    private static ImmutableArray<string> Texts(JsonElement item, string name) => [.. item.Items(name).Select(static text => text.GetString()!)];

    private static bool Has(ImmutableArray<string> names, string name)
    {
        foreach (var item in names)
        {
            if (item == "*" || item == name)
            {
                return true;
            }
        }

        return false;
    }

    private sealed record ResourceRule(
        ImmutableArray<string> Verbs, ImmutableArray<string> Groups, ImmutableArray<string> Resources, bool IsClusterWide, ImmutableArray<string> Namespaces)
    {
        public bool Matches(in AccessRequest request) =>
            Has(Verbs, request.Verb) && Has(Groups, request.Group) && HasResource(request.Resource, request.Subresource)
            && (request.Namespace.Length == 0 ? IsClusterWide : Has(Namespaces, request.Namespace));

        private bool HasResource(string resource, string subresource)
        {
            foreach (var item in Resources)
            {
                if (item == "*" || (subresource.Length == 0 ? item == resource
                    : item.Length == resource.Length + 1 + subresource.Length && item[resource.Length] == '/'
                    && item.StartsWith(resource, StringComparison.Ordinal) && item.EndsWith(subresource, StringComparison.Ordinal)))
                {
                    return true;
                }
            }

            return false;
        }
    }

    private sealed record PathRule(ImmutableArray<string> Verbs, ImmutableArray<string> Paths)
    {
        public bool Matches(in AccessRequest request)
        {
            if (!Has(Verbs, request.Verb))
            {
                return false;
            }

            foreach (var path in Paths)
            {
                if (path == request.Path || (path.EndsWith('*') && request.Path.AsSpan().StartsWith(path.AsSpan(..^1))))
                {
                    return true;
                }
            }

            return false;
        }
    }
}
