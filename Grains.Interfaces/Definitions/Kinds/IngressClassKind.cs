using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class IngressClassKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "networking.k8s.io",
        Version = "v1",
        Kind = "IngressClass",
        Plural = "ingressclasses",
        Singular = "ingressclass",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.networking.v1.IngressClass",
        HasGeneration = true,
        Columns =
        [
            Columns.Text("Controller", "Controller that serves the class.", static item => item.Text("spec", "controller")),
            Columns.Text("Parameters", "Object with the parameters of the class.", Parameters),
            Columns.Age,
        ],
    };

    private static string Parameters(JsonElement item)
    {
        if (!item.Has("spec", "parameters"))
        {
            return Columns.None;
        }

        var (kind, group) = (item.Text("spec", "parameters", "kind"), item.Text("spec", "parameters", "apiGroup"));
        return $"{kind}{(group.Length > 0 ? "." + group : "")}/{item.Text("spec", "parameters", "name")}";
    }
}
