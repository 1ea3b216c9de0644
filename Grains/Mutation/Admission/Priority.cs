using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>Pods get the priority of their class.</summary>
internal sealed class Priority(IResourceCaches caches) : IAdmission
{
    public async ValueTask<ResourceError?> MutateAsync(AdmissionRequest request, CancellationToken cancellationToken) =>
        request.IsCreate && request.Type == KnownTypes.Pods && request.Object.Object("spec") is { } spec
            ? await SetPriorityAsync(request.Key, spec, cancellationToken)
            : null;

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
