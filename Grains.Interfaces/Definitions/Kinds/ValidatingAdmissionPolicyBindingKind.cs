using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class ValidatingAdmissionPolicyBindingKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "admissionregistration.k8s.io",
        Version = "v1",
        Kind = "ValidatingAdmissionPolicyBinding",
        Plural = "validatingadmissionpolicybindings",
        Singular = "validatingadmissionpolicybinding",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.admissionregistration.v1.ValidatingAdmissionPolicyBinding",
        Categories = ["api-extensions"],
        HasGeneration = true,
        Columns =
        [
            Columns.Text("PolicyName", "The bound policy.", static item => item.Text("spec", "policyName")),
            Columns.Text("ParamRef", "Object with the parameters.", static item => item.Has("spec", "paramRef") ? Parameter(item) : "<unset>"),
            Columns.Age,
        ],
    };

    private static string Parameter(JsonElement item)
    {
        var (ns, name) = (item.Text("spec", "paramRef", "namespace"), item.Text("spec", "paramRef", "name"));
        return name.Length == 0 ? "*" : ns.Length == 0 ? name : $"{ns}/{name}";
    }
}
