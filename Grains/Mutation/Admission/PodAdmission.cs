using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// What Kubernetes' admission plugins ServiceAccount, Priority and DefaultTolerationSeconds do to new pods.
/// </summary>
internal sealed class PodAdmission(IResourceCaches caches)
{
    private const long TolerationSeconds = 300;

    public async ValueTask<ResourceError?> AdmitCreateAsync(ResourceKey key, JsonObject pod, CancellationToken cancellationToken)
    {
        if (pod.Object("spec") is not { } spec)
        {
            return null;
        }

        if (spec.Text("serviceAccountName").Length == 0)
        {
            spec["serviceAccountName"] = "default";
            spec["serviceAccount"] = "default";
        }

        Tolerate(spec, "node.kubernetes.io/not-ready");
        Tolerate(spec, "node.kubernetes.io/unreachable");
        return await SetPriorityAsync(key, spec, cancellationToken);
    }

    // A pod that says nothing stays five minutes on a node that is gone.
    private static void Tolerate(JsonObject spec, string taint)
    {
        var isTolerated = spec.Objects("tolerations").Any(toleration =>
            (toleration.Text("key") == taint || toleration.Text("key").Length == 0) && toleration.Text("effect") is "" or "NoExecute");
        if (isTolerated)
        {
            return;
        }

        if (spec["tolerations"] is not JsonArray tolerations)
        {
            spec["tolerations"] = tolerations = [];
        }

        tolerations.Add(new JsonObject
        {
            ["key"] = taint, ["operator"] = "Exists", ["effect"] = "NoExecute", ["tolerationSeconds"] = TolerationSeconds,
        });
    }

    private async ValueTask<ResourceError?> SetPriorityAsync(ResourceKey key, JsonObject spec, CancellationToken cancellationToken)
    {
        var name = spec.Text("priorityClassName");
        var (value, policy) = (0L, "PreemptLowerPriority");
        if (name is "system-node-critical" or "system-cluster-critical")
        {
            value = name == "system-node-critical" ? 2_000_001_000 : 2_000_000_000;
        }
        else if (name.Length > 0)
        {
            var classes = caches.Get(KnownTypes.PriorityClasses);
            if (!classes.Current.TryGet("", name, out var found) && !(await classes.GetConsistentAsync(cancellationToken)).TryGet("", name, out found))
            {
                return ResourceErrors.Forbidden(key.Type, key.Name, $"no PriorityClass with name {name} was found");
            }

            (value, policy, _) = Read(found);
        }
        else if (GlobalDefault() is { } global)
        {
            (value, policy) = (global.Value, global.Policy);
            spec["priorityClassName"] = global.Name;
        }

        if (spec.Integer("priority") is { } given && given != value)
        {
            return ResourceErrors.Forbidden(
                key.Type, key.Name, $"the integer value of priority ({given}) must not be provided in pod spec; priority admission controller computed {value} from the given PriorityClass name");
        }

        if (spec.Text("preemptionPolicy") is { Length: > 0 } givenPolicy && givenPolicy != policy)
        {
            return ResourceErrors.Forbidden(
                key.Type, key.Name, $"the string value of PreemptionPolicy ({givenPolicy}) must not be provided in pod spec; priority admission controller computed {policy} from the given PriorityClass name");
        }

        spec["priority"] = value;
        spec["preemptionPolicy"] = policy;
        return null;
    }

    private (string Name, long Value, string Policy)? GlobalDefault()
    {
        foreach (var item in caches.Get(KnownTypes.PriorityClasses).Current.Enumerate())
        {
            if (Read(item) is (var value, var policy, true))
            {
                return (item.Key.Name, value, policy);
            }
        }

        return null;
    }

    private static (long Value, string Policy, bool IsGlobal) Read(ResourceSnapshot snapshot)
    {
        using var body = JsonDocument.Parse(snapshot.Body);
        var policy = body.RootElement.Text("preemptionPolicy");
        return (body.RootElement.Number("value"), policy.Length > 0 ? policy : "PreemptLowerPriority", body.RootElement.Flag("globalDefault"));
    }
}
