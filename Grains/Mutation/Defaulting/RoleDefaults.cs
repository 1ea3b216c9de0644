using System.Text.Json.Nodes;
using Crescent.Identity;

namespace Crescent.Grains.Mutation.Defaulting;

internal static class RoleDefaults
{
    public static void Binding(JsonObject binding)
    {
        Group(binding.Object("roleRef"));
        foreach (var subject in binding.Objects("subjects").Where(static subject => subject.Text("kind") is "User" or "Group"))
        {
            Group(subject);
        }
    }

    private static void Group(JsonObject? reference)
    {
        if (reference is not null && reference.Text("apiGroup").Length == 0)
        {
            reference["apiGroup"] = KnownTypes.Roles.Group;
        }
    }
}
