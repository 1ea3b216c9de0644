namespace Crescent.Api.OpenApi;

/// <summary>Names of component schemas: <c>k8s.io.api.core.v1.Pod</c> is published as <c>io.k8s.api.core.v1.Pod</c>.</summary>
internal static class SchemaNames
{
    public const string Quantity = "io.k8s.apimachinery.pkg.api.resource.Quantity";
    public const string IntOrString = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";
    public const string Time = "io.k8s.apimachinery.pkg.apis.meta.v1.Time";
    public const string MicroTime = "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime";

    public const string DeleteOptions = "k8s.io.apimachinery.pkg.apis.meta.v1.DeleteOptions";
    public const string Status = "k8s.io.apimachinery.pkg.apis.meta.v1.Status";
    public const string ListMeta = "k8s.io.apimachinery.pkg.apis.meta.v1.ListMeta";

    public static string Of(string fullName) =>
        fullName.StartsWith("k8s.io.", StringComparison.Ordinal) ? $"io.k8s.{fullName[7..]}" : fullName;

    public static string Reference(string fullName) => $"#/components/schemas/{Of(fullName)}";
}
