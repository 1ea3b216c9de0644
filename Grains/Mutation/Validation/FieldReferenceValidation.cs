using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// References to a pod's own fields and resources, from variables and from
/// <see href="https://kubernetes.io/docs/concepts/workloads/pods/downward-api/">files</see>.
/// </summary>
internal static class FieldReferenceValidation
{
    private static readonly string[] ForVariables =
    [
        "metadata.name", "metadata.namespace", "metadata.uid", "spec.nodeName", "spec.serviceAccountName", "status.hostIP", "status.hostIPs",
        "status.podIP", "status.podIPs",
    ];

    private static readonly string[] ForFiles = ["metadata.name", "metadata.namespace", "metadata.labels", "metadata.annotations", "metadata.uid"];

    private static readonly string[] Resources =
    [
        "limits.cpu", "limits.memory", "limits.ephemeral-storage", "requests.cpu", "requests.memory", "requests.ephemeral-storage",
    ];

    private static readonly string[] Divisors = ["1", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"];

    /// <summary>A <c>fieldRef</c>.</summary>
    public static void Field(JsonObject reference, bool isFile, string path, Problems problems)
    {
        var field = reference.Text("fieldPath");
        if (field.Length == 0)
        {
            problems.Required($"{path}.fieldPath");
            return;
        }

        var (name, key) = Split(field);
        if (reference.Text("apiVersion") is { Length: > 0 } version and not "v1")
        {
            problems.Invalid($"{path}.fieldPath", field, $"error converting fieldPath: unsupported pod version: {version}");
        }
        else if (key is not null)
        {
            if (name is not ("metadata.annotations" or "metadata.labels"))
            {
                problems.Invalid(
                    $"{path}.fieldPath", field, $"error converting fieldPath: field label does not support subscript: \"{name}\"");
            }
            else if (NameRules.QualifiedName(name == "metadata.annotations" ? key.ToLowerInvariant() : key) is { } problem)
            {
                problems.Invalid(path, key, problem);
            }
        }
        else if (!ForVariables.Contains(name, StringComparer.Ordinal) && !ForFiles.Contains(name, StringComparer.Ordinal) && name is not ("spec.host" or "spec.restartPolicy" or "spec.schedulerName" or "status.phase" or "status.nominatedNodeName"))
        {
            problems.Invalid($"{path}.fieldPath", field, $"error converting fieldPath: field label not supported: {name}");
        }
        else if (!(isFile ? ForFiles : ForVariables).Contains(name, StringComparer.Ordinal))
        {
            problems.NotSupported($"{path}.fieldPath", name, isFile ? ForFiles : ForVariables);
        }
    }

    /// <summary>A <c>resourceFieldRef</c>; in a file it names its container.</summary>
    public static void Resource(JsonObject reference, bool isFile, string path, Problems problems)
    {
        var resource = reference.Text("resource");
        var isPages = resource.StartsWith("limits.hugepages-", StringComparison.Ordinal) || resource.StartsWith("requests.hugepages-", StringComparison.Ordinal);
        if (isFile && reference.Text("containerName").Length == 0)
        {
            problems.Required($"{path}.containerName");
        }
        else if (resource.Length == 0)
        {
            problems.Required($"{path}.resource");
        }
        else if (!isPages && !Resources.Contains(resource, StringComparer.Ordinal))
        {
            problems.NotSupported($"{path}.resource", resource, Resources);
        }

        if (reference.Text("divisor") is not { Length: > 0 } divisor || divisor == "0")
        {
            return;
        }

        var what = resource switch
        {
            "limits.cpu" or "requests.cpu" => "cpu",
            "limits.memory" or "requests.memory" => "memory",
            "limits.ephemeral-storage" or "requests.ephemeral-storage" => "local ephemeral storage",
            _ => isPages ? "hugepages" : "",
        };
        if (what == "cpu" && divisor is not ("1m" or "1"))
        {
            problems.Invalid($"{path}.divisor", resource, "only divisor's values 1m and 1 are supported with the cpu resource");
        }
        else if (what is not ("cpu" or "") && !Divisors.Contains(divisor, StringComparer.Ordinal))
        {
            problems.Invalid($"{path}.divisor", resource, $"only divisor's values {string.Join(", ", Divisors)} are supported with the {what} resource");
        }
    }

    // metadata.labels['key']
    private static (string Name, string? Key) Split(string field) =>
        field.EndsWith("']", StringComparison.Ordinal) && field.IndexOf("['", StringComparison.Ordinal) is > 0 and var start
            ? (field[..start], field[(start + 2)..^2]) : (field, null);
}
