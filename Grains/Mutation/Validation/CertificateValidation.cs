using System.Text;
using System.Text.Json.Nodes;
using Crescent.Grains.Certificates;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>CertificateSigningRequests.</summary>
internal static class CertificateValidation
{
    private static readonly string[] Usages =
    [
        "signing", "digital signature", "content commitment", "key encipherment", "key agreement", "data encipherment", "cert sign", "crl sign", "encipher only",
        "decipher only", "any", "server auth", "client auth", "code signing", "email protection", "s/mime", "ipsec end system", "ipsec tunnel", "ipsec user",
        "timestamping", "ocsp signing", "microsoft sgc", "netscape sgc",
    ];

    public static void Request(JsonObject item, Problems problems)
    {
        var spec = item.Object("spec");
        var text = spec.Text("request");
        var bytes = new byte[text.Length];
        _ = Convert.TryFromBase64String(text, bytes, out var length);
        if (SigningRequest.Read(Encoding.UTF8.GetString(bytes, 0, length), out var problem) is null)
        {
            problems.Invalid("spec.request", text, problem);
        }

        if (spec.Array("usages") is not { Count: > 0 })
        {
            problems.Required("spec.usages");
        }

        var index = 0;
        foreach (var usage in spec.Texts("usages"))
        {
            if (!Usages.Contains(usage, StringComparer.Ordinal))
            {
                problems.NotSupported($"spec.usages[{index}]", usage, Usages);
            }
            else if (spec.Texts("usages").Take(index).Contains(usage, StringComparer.Ordinal))
            {
                problems.Duplicate($"spec.usages[{index}]", usage);
            }

            index++;
        }

        var signer = spec.Text("signerName");
        if (signer.Length == 0)
        {
            problems.Required("spec.signerName");
        }
        else if (signer == SignerNames.Legacy)
        {
            problems.Invalid("spec.signerName", signer, "the legacy signerName is not allowed via this API version");
        }
        else if (signer.Split('/') is not { Length: 2 } parts || NameRules.Subdomain(parts[0]) is not null || parts[1].Length == 0)
        {
            problems.Invalid("spec.signerName", signer, "must be a fully qualified domain and path of the form 'example.com/signer-name'");
        }

        if (spec.Integer("expirationSeconds") is < 600 and var seconds)
        {
            problems.Invalid("spec.expirationSeconds", seconds, "may not specify a duration less than 600 seconds (10 minutes)");
        }
    }

    public static void Update(JsonObject item, JsonObject old, Problems problems)
    {
        foreach (var type in (ReadOnlySpan<string>)["Approved", "Denied"])
        {
            if (Has(old, type) && !Has(item, type))
            {
                problems.Forbidden("status.conditions", $"updates may not remove a condition of type \"{type}\"");
            }
        }

        var (index, seen) = (0, new HashSet<string>(StringComparer.Ordinal));
        foreach (var condition in item.Object("status").Objects("conditions"))
        {
            var (type, status) = (condition.Text("type"), condition.Text("status"));
            if (type.Length == 0)
            {
                problems.Required($"status.conditions[{index}].type");
            }
            else if (!seen.Add(type))
            {
                problems.Duplicate($"status.conditions[{index}].type", type);
            }

            if (type is "Approved" or "Denied" or "Failed" && status != "True")
            {
                problems.NotSupported($"status.conditions[{index}].status", status, ["True"]);
            }

            index++;
        }

        if (Has(item, "Approved") && Has(item, "Denied"))
        {
            problems.Invalid("status.conditions", item["status"]?["conditions"]?.DeepClone(), "Approved and Denied conditions are mutually exclusive");
        }

        if (old.Object("status").Text("certificate") is { Length: > 0 } issued && issued != item.Object("status").Text("certificate"))
        {
            problems.Forbidden("status.certificate", "updates may not change certificate content");
        }
    }

    private static bool Has(JsonObject item, string type) => item.Object("status").Objects("conditions").Any(condition => condition.Text("type") == type);
}
