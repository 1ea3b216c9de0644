using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Ownership;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Workloads.StatefulSets;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#persistentvolumeclaim-retention">Which claims go</see> with
/// their set or when their member is scaled away: those the set, or the condemned pod, owns. Garbage collection does the rest.
/// </summary>
/// <param name="IsDeletedWithSet"><c>whenDeleted: Delete</c>.</param>
/// <param name="IsDeletedWhenScaled"><c>whenScaled: Delete</c>.</param>
internal readonly record struct ClaimRetention(bool IsDeletedWithSet, bool IsDeletedWhenScaled)
{
    public static ClaimRetention Of(JsonElement spec) => new(
        spec.At("persistentVolumeClaimRetentionPolicy", "whenDeleted").ValueEqualsText("Delete"),
        spec.At("persistentVolumeClaimRetentionPolicy", "whenScaled").ValueEqualsText("Delete"));

    /// <summary>The owner references a claim should have; null when it has them.</summary>
    /// <param name="set">The StatefulSet.</param>
    /// <param name="pod">The member that uses the claim.</param>
    /// <param name="isCondemned">The member is beyond the wanted number.</param>
    /// <param name="present">The claim's references.</param>
    public JsonArray? Owners(OwnerIdentity set, OwnerIdentity pod, bool isCondemned, ImmutableArray<OwnerReference> present)
    {
        var wantsPod = IsDeletedWhenScaled && isCondemned;
        var wantsSet = IsDeletedWithSet && !wantsPod;
        if (present.Any(owner => owner.Uid == set.Uid) == wantsSet && present.Any(owner => owner.Uid == pod.Uid) == wantsPod
            && present.All(owner => !IsFormerSelf(owner, pod)))
        {
            return null;
        }

        var owners = new JsonArray();
        foreach (var owner in present.Where(owner => owner.Uid != set.Uid && owner.Uid != pod.Uid && !IsFormerSelf(owner, pod)))
        {
            owners.Add((JsonNode)Reference(new(owner.ApiVersion, owner.Kind, set.Namespace, owner.Name, owner.Uid), owner.IsController, owner.BlocksOwnerDeletion));
        }

        if (wantsSet)
        {
            owners.Add((JsonNode)Reference(set, isController: true, blocksDeletion: true));
        }

        if (wantsPod)
        {
            owners.Add((JsonNode)Reference(pod, isController: true, blocksDeletion: true));
        }

        return owners;
    }

    /// <summary>A pod of the same name that was there before: the claim is used again and must not go with it.</summary>
    private static bool IsFormerSelf(OwnerReference owner, OwnerIdentity pod) => owner.Kind == "Pod" && owner.Name == pod.Name && owner.Uid != pod.Uid;

    private static JsonObject Reference(OwnerIdentity owner, bool isController, bool blocksDeletion)
    {
        var reference = new JsonObject { ["apiVersion"] = owner.ApiVersion, ["kind"] = owner.Kind, ["name"] = owner.Name, ["uid"] = owner.Uid };
        if (isController)
        {
            reference["controller"] = true;
        }

        if (blocksDeletion)
        {
            reference["blockOwnerDeletion"] = true;
        }

        return reference;
    }
}
