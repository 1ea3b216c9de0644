using System.Text.Json;
using Crescent.Definitions;

namespace Crescent.Authorization;

/// <summary>The role a binding grants.</summary>
/// <param name="Kind"><c>Role</c> or <c>ClusterRole</c>.</param>
/// <param name="Name">Name of the role.</param>
public readonly record struct RoleReference(string Kind, string Name)
{
    public bool IsClusterRole => Kind == "ClusterRole";

    public static RoleReference Read(JsonElement reference) => new(reference.Text("kind"), reference.Text("name"));
}
