using System.Collections.Immutable;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

/// <summary>What roles and bindings show, in a namespace or for the whole cluster.</summary>
internal static class RoleColumns
{
    public static ImmutableArray<ColumnDefinition> OfRole { get; } =
    [
        new("Created At", "date", "Time at which the object was created.", static (item, _) => item.Text("metadata", "creationTimestamp")),
    ];

    public static ImmutableArray<ColumnDefinition> OfBinding { get; } =
    [
        Columns.Text("Role", "The role that is granted.", static item => $"{item.Text("roleRef", "kind")}/{item.Text("roleRef", "name")}"),
        Columns.Age,
        Columns.Text("Users", "Users in the binding.", static item => Subjects(item, "User"), priority: 1),
        Columns.Text("Groups", "Groups in the binding.", static item => Subjects(item, "Group"), priority: 1),
        Columns.Text("ServiceAccounts", "Service accounts in the binding.", static item => Subjects(item, "ServiceAccount"), priority: 1),
    ];

    private static string Subjects(JsonElement item, string kind) => string.Join(", ", item.Items("subjects")
        .Where(subject => subject.Text("kind") == kind)
        .Select(subject => kind == "ServiceAccount" ? $"{subject.Text("namespace")}/{subject.Text("name")}" : subject.Text("name")));
}
