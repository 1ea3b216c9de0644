using System.Collections.Immutable;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Resources;

namespace Crescent.Authorization;

/// <summary>What counts of a RoleBinding or ClusterRoleBinding.</summary>
internal sealed class BindingFacts
{
    public required string Namespace { get; init; }
    public required string Name { get; init; }
    public required RoleReference Role { get; init; }
    public required ImmutableArray<BindingSubject> Subjects { get; init; }

    public static BindingFacts Read(ResourceSnapshot snapshot)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        var ns = snapshot.Key.Namespace;
        return new()
        {
            Namespace = ns,
            Name = snapshot.Key.Name,
            Role = RoleReference.Read(document.RootElement.At("roleRef")),
            Subjects =
            [
                .. document.RootElement.Items("subjects").Select(item => new BindingSubject(
                    item.Text("kind"), item.Text("namespace") is { Length: > 0 } given ? given : ns, item.Text("name"))),
            ],
        };
    }
}
