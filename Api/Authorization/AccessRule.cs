using System.Collections.Immutable;

namespace Crescent.Api.Authorization;

/// <summary>One permission, as SelfSubjectRulesReview lists it. Either resources or paths are given; <c>*</c> stands for all.</summary>
public sealed record AccessRule
{
    public required ImmutableArray<string> Verbs { get; init; }
    public ImmutableArray<string> Groups { get; init; } = [];
    public ImmutableArray<string> Resources { get; init; } = [];

    /// <summary>Non-resource paths; a trailing <c>*</c> matches any rest.</summary>
    public ImmutableArray<string> Paths { get; init; } = [];

    /// <summary>True when the rule grants <paramref name="request"/>.</summary>
    public bool Covers(AccessRequest request)
    {
        if (!Matches(Verbs, request.Verb))
        {
            return false;
        }

        if (!request.IsResource)
        {
            foreach (var path in Paths)
            {
                if (path.EndsWith('*') ? request.Path.StartsWith(path.AsSpan(..^1), StringComparison.Ordinal) : path == request.Path)
                {
                    return true;
                }
            }

            return false;
        }

        var resource = request.Subresource.Length == 0 ? request.Resource : $"{request.Resource}/{request.Subresource}";
        return Matches(Groups, request.Group) && Matches(Resources, resource);
    }

    private static bool Matches(ImmutableArray<string> allowed, string value) => allowed.Contains("*") || allowed.Contains(value);
}
