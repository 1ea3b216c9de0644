using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission.PodSecurity;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/security/pod-security-admission/">Pod security admission</see>: the labels of a namespace say
/// which standard its pods are held to. Templates of workloads are only warned about and noted in the audit log.
/// </summary>
internal sealed class PodSecurityAdmission(IResourceCaches caches) : IAdmission
{
    private static readonly Dictionary<ResourceType, string[]> Templates = new()
    {
        [new("", "podtemplates")] = ["template"],
        [new("", "replicationcontrollers")] = ["spec", "template"],
        [new("apps", "replicasets")] = ["spec", "template"],
        [new("apps", "deployments")] = ["spec", "template"],
        [new("apps", "daemonsets")] = ["spec", "template"],
        [new("apps", "statefulsets")] = ["spec", "template"],
        [new("batch", "jobs")] = ["spec", "template"],
        [new("batch", "cronjobs")] = ["spec", "jobTemplate", "spec", "template"],
    };

    public ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is not { } item)
        {
            return default;
        }

        if (request.Type == KnownTypes.Namespaces)
        {
            return new(CheckNamespace(request, item));
        }

        return request.Type == KnownTypes.Pods ? new(CheckPod(request, item)) : CheckTemplate(request, item);
    }

    private ResourceError? CheckPod(AdmissionRequest request, JsonObject pod)
    {
        if (request.Subresource is not ("" or "ephemeralcontainers" or "resize") || PolicyOf(request.Key.Namespace) is not { IsPrivileged: false } policy
            || (request.IsUpdate && pod["spec"].SameAs(request.Old!["spec"])))
        {
            return null;
        }

        var (metadata, spec) = (pod.Object("metadata"), pod.Object("spec"));
        request.Annotate($"{PodSecurityPolicy.Prefix}enforce-policy", policy.Enforce.ToString());
        var verdicts = new PodSecurityVerdicts(metadata, spec);
        Audit(request, policy, verdicts);
        if (verdicts.Of(policy.Enforce.Level) is { Count: > 0 } forbidden)
        {
            return ResourceErrors.Forbidden(request.Type, request.Key.Name, $"violates PodSecurity \"{policy.Enforce}\": {string.Join(", ", forbidden)}");
        }

        Warn(request, policy, verdicts);
        return null;
    }

    private ValueTask<ResourceError?> CheckTemplate(AdmissionRequest request, JsonObject item)
    {
        if (request.Subresource.Length == 0 && Templates.TryGetValue(request.Type, out var path)
            && PolicyOf(request.Key.Namespace) is { IsPrivileged: false } policy && item.Object(path) is { } template)
        {
            var verdicts = new PodSecurityVerdicts(template.Object("metadata"), template.Object("spec"));
            Audit(request, policy, verdicts);
            Warn(request, policy, verdicts);
        }

        return default;
    }

    private static void Audit(AdmissionRequest request, PodSecurityPolicy policy, PodSecurityVerdicts verdicts)
    {
        if (verdicts.Of(policy.Audit.Level) is { Count: > 0 } noted)
        {
            request.Annotate($"{PodSecurityPolicy.Prefix}audit-violations", $"would violate PodSecurity \"{policy.Audit}\": {string.Join(", ", noted)}");
        }
    }

    private static void Warn(AdmissionRequest request, PodSecurityPolicy policy, PodSecurityVerdicts verdicts)
    {
        if (verdicts.Of(policy.Warn.Level) is { Count: > 0 } warned)
        {
            request.Warnings.Add($"would violate PodSecurity \"{policy.Warn}\": {string.Join(", ", warned)}");
        }
    }

    private ResourceError? CheckNamespace(AdmissionRequest request, JsonObject item)
    {
        if (request.Subresource.Length > 0)
        {
            return null;
        }

        var labels = item.Object("metadata", "labels") ?? [];
        var problems = new Validation.Problems();
        foreach (var mode in (ReadOnlySpan<string>)["enforce", "audit", "warn"])
        {
            var name = PodSecurityPolicy.Prefix + mode;
            if (labels[name].AsText() is { Length: > 0 } level && !PodSecurityPolicy.TryParse(level, out _))
            {
                problems.Invalid($"metadata.labels[{name}]", level, "must be one of privileged, baseline, restricted");
            }
        }

        if (!problems.IsEmpty)
        {
            return ResourceErrors.Invalid("", "Namespace", request.Key.Name, problems.Causes);
        }

        var policy = PodSecurityPolicy.Read(Texts(labels));
        if (request.Old is { } old && policy.Enforce.Level > PodSecurityPolicy.Read(Texts(old.Object("metadata", "labels") ?? [])).Enforce.Level)
        {
            WarnOfPods(request, policy);
        }

        return null;
    }

    private void WarnOfPods(AdmissionRequest request, PodSecurityPolicy policy)
    {
        var bad = new List<string>();
        foreach (var pod in caches.Get(KnownTypes.Pods).Current.Enumerate(request.Key.Name).Take(3000))
        {
            var body = JsonNode.Parse(pod.Body) as JsonObject;
            if (PodSecurityStandards.Violations(policy.Enforce.Level, body.Object("metadata"), body.Object("spec")) is { Count: > 0 } violations)
            {
                bad.Add($"{pod.Key.Name}: {string.Join(", ", violations.Select(static text => text[..text.IndexOf(" (", StringComparison.Ordinal)]))}");
            }
        }

        if (bad.Count > 0)
        {
            request.Warnings.Add($"existing pods in namespace \"{request.Key.Name}\" violate the new PodSecurity enforce level \"{policy.Enforce}\"");
            request.Warnings.AddRange(bad);
        }
    }

    private PodSecurityPolicy? PolicyOf(string ns) =>
        caches.Get(KnownTypes.Namespaces).Current.TryGet("", ns, out var snapshot) ? PodSecurityPolicy.Read(snapshot.Labels) : null;

    private static Dictionary<string, string> Texts(JsonObject labels) => labels.ToDictionary(static label => label.Key, static label => label.Value.AsText(), StringComparer.Ordinal);
}
