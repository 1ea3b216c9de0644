namespace Crescent.Definitions.Kinds;

internal static class ValidatingAdmissionPolicyKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "admissionregistration.k8s.io",
        Version = "v1",
        Kind = "ValidatingAdmissionPolicy",
        Plural = "validatingadmissionpolicies",
        Singular = "validatingadmissionpolicy",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.admissionregistration.v1.ValidatingAdmissionPolicy",
        Categories = ["api-extensions"],
        HasGeneration = true,
        Subresources = [new() { Name = "status", Kind = "ValidatingAdmissionPolicy" }],
        Columns =
        [
            Columns.Integer("Validations", "Number of validations.", static item => item.Items("spec", "validations").Count()),
            Columns.Text("ParamKind", "Kind of the parameters.", static item => item.Text("spec", "paramKind", "kind") is { Length: > 0 } kind ? $"{item.Text("spec", "paramKind", "apiVersion")}/{kind}" : "<unset>"),
            Columns.Age,
        ],
    };
}
