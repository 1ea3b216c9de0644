using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

internal static class CertificateSigningRequestKind
{
    public static ResourceDefinition Definition { get; } = new()
    {
        Group = "certificates.k8s.io",
        Version = "v1",
        Kind = "CertificateSigningRequest",
        Plural = "certificatesigningrequests",
        Singular = "certificatesigningrequest",
        Scope = ResourceScope.Cluster,
        SchemaType = "k8s.io.api.certificates.v1.CertificateSigningRequest",
        ShortNames = ["csr"],
        Subresources =
        [
            new() { Name = "approval", Kind = "CertificateSigningRequest" },
            new() { Name = "status", Kind = "CertificateSigningRequest" },
        ],
        SelectableFields = ["spec.signerName"],
        Columns =
        [
            Columns.Age,
            Columns.Text("SignerName", "Signer that is asked.", static item => item.Text("spec", "signerName")),
            Columns.Text("Requestor", "Who asked.", static item => item.Text("spec", "username")),
            Columns.Text("RequestedDuration", "Lifetime that is asked for.", Duration),
            Columns.Text("Condition", "What became of it.", Condition),
        ],
    };

    private static string Duration(JsonElement item) => item.Has("spec", "expirationSeconds")
        ? HumanDuration.Format(TimeSpan.FromSeconds(item.Number("spec", "expirationSeconds")))
        : Columns.None;

    private static string Condition(JsonElement item)
    {
        var types = item.Items("status", "conditions").Select(static condition => condition.Text("type")).ToList();
        var verdict = types.Find(static type => type is "Approved" or "Denied") ?? (types.Contains("Failed", StringComparer.Ordinal) ? "" : "Pending");
        var failed = types.Contains("Failed", StringComparer.Ordinal) ? ",Failed" : "";
        var issued = item.Text("status", "certificate").Length > 0 ? ",Issued" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{verdict}{failed}{issued}").TrimStart(',');
    }
}
