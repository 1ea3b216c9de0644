using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class ResourceClaimKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "resource.k8s.io",
        Version = "v1",
        Kind = "ResourceClaim",
        Plural = "resourceclaims",
        Singular = "resourceclaim",
        Scope = ResourceScope.Namespaced,
        SchemaType = "k8s.io.api.resource.v1.ResourceClaim",
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "ResourceClaim" }],
        Columns =
        [
            Columns.Text("State", "How the claim stands.", State),
            Columns.Age,
        ],
    };

    private static string State(JsonElement item)
    {
        List<string> states = [];
        if (item.Has("metadata", "deletionTimestamp"))
        {
            states.Add("deleted");
        }

        if (!item.Has("status", "allocation"))
        {
            states.Add("pending");
        }
        else
        {
            states.Add("allocated");
            if (item.Items("status", "reservedFor").Any())
            {
                states.Add("reserved");
            }
        }

        return string.Join(',', states);
    }
}
