using System.Collections.Immutable;
using System.Text.Json.Nodes;

namespace Crescent.Api.Auditing;

/// <summary>One rule of a policy. What is empty matches everything; resources and paths are alternatives.</summary>
internal sealed class AuditRule
{
    public required AuditLevel Level { get; init; }
    public AuditStage Omitted { get; init; }
    public ImmutableArray<string> Users { get; init; } = [];
    public ImmutableArray<string> Groups { get; init; } = [];
    public ImmutableArray<string> Verbs { get; init; } = [];
    public ImmutableArray<string> Namespaces { get; init; } = [];
    public ImmutableArray<string> Paths { get; init; } = [];
    public ImmutableArray<(string Group, ImmutableArray<string> Resources, ImmutableArray<string> Names)> Resources { get; init; } = [];

    public static AuditRule Read(JsonNode rule) => new()
    {
        Level = Enum.TryParse<AuditLevel>((string?)rule["level"], out var level)
            ? level : throw new InvalidDataException($"audit policy: '{(string?)rule["level"]}' is no level"),
        Omitted = Stages(rule), Users = Texts(rule, "users"), Groups = Texts(rule, "userGroups"), Verbs = Texts(rule, "verbs"), Namespaces = Texts(rule, "namespaces"),
        Paths = Texts(rule, "nonResourceURLs"),
        Resources = rule["resources"] is JsonArray resources
            ? [.. resources.OfType<JsonObject>().Select(static item => ((string?)item["group"] ?? "", Texts(item, "resources"), Texts(item, "resourceNames")))]
            : [],
    };

    /// <summary><c>omitStages</c> of a policy or a rule.</summary>
    /// <exception cref="InvalidDataException">One of them is no stage.</exception>
    public static AuditStage Stages(JsonNode node) => Texts(node, "omitStages").Aggregate(AuditStage.None, static (all, text) =>
        Enum.TryParse<AuditStage>(text, out var stage) && Enum.IsDefined(stage)
            ? all | stage : throw new InvalidDataException($"audit policy: '{text}' is no stage"));

    public bool Matches(in AccessRequest request) =>
        (Users.IsEmpty || Users.Contains(request.User.Name))
        && (Groups.IsEmpty || Groups.Intersect(request.User.Groups, StringComparer.Ordinal).Any())
        && (Verbs.IsEmpty || Verbs.Contains(request.Verb))
        && ((Namespaces.IsEmpty && Resources.IsEmpty && Paths.IsEmpty) || (request.IsResource ? MatchesResource(request) : MatchesPath(request.Path)));

    private bool MatchesResource(in AccessRequest request)
    {
        if (!Paths.IsEmpty || (!Namespaces.IsEmpty && !Namespaces.Contains(request.Namespace)))
        {
            return false;
        }

        if (Resources.IsEmpty)
        {
            return true;
        }

        var full = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        foreach (var (group, resources, names) in Resources)
        {
            if (group == request.Group && (names.IsEmpty || names.Contains(request.Name))
                && (resources.IsEmpty || resources.Contains("*") || resources.Contains(full) || resources.Contains($"*/{request.Subresource}")
                    || resources.Contains($"{request.Resource}/*")))
            {
                return true;
            }
        }

        return false;
    }

    private bool MatchesPath(string path) => Namespaces.IsEmpty && Resources.IsEmpty
        && Paths.Any(item => item == "*" || item == path || (item.EndsWith('*') && path.StartsWith(item[..^1], StringComparison.Ordinal)));

    private static ImmutableArray<string> Texts(JsonNode node, string name) =>
        node[name] is JsonArray array ? [.. array.Select(static item => item?.ToString() ?? "")] : [];
}
