using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Authorization;
using Crescent.Identity;

namespace Crescent.Grains.Authorization;

/// <summary>A binding every cluster has.</summary>
/// <param name="Namespace">Empty for a ClusterRoleBinding.</param>
/// <param name="Name">Name of the binding.</param>
/// <param name="Role">What is granted.</param>
/// <param name="Subjects">To whom.</param>
internal sealed record DefaultBinding(string Namespace, string Name, RoleReference Role, ImmutableArray<BindingSubject> Subjects)
{
    public ResourceKey Key => new(Namespace.Length == 0 ? KnownTypes.ClusterRoleBindings : KnownTypes.RoleBindings, Namespace, Name);

    public JsonObject ToJson()
    {
        var binding = DefaultObject.Begin(Namespace.Length == 0 ? "ClusterRoleBinding" : "RoleBinding", Namespace, Name);
        binding["roleRef"] = new JsonObject { ["apiGroup"] = KnownTypes.Roles.Group, ["kind"] = Role.Kind, ["name"] = Role.Name };
        if (!Subjects.IsEmpty)
        {
            binding["subjects"] = new JsonArray([.. Subjects.Select(ToJson)]);
        }

        return binding;
    }

    public static JsonNode ToJson(BindingSubject subject) => subject.Kind == "ServiceAccount"
        ? new JsonObject { ["kind"] = subject.Kind, ["name"] = subject.Name, ["namespace"] = subject.Namespace }
        : new JsonObject { ["apiGroup"] = KnownTypes.Roles.Group, ["kind"] = subject.Kind, ["name"] = subject.Name };
}
