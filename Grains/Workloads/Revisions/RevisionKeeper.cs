using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.Revisions;

/// <summary>Reads the revisions of a workload and writes what <see cref="RevisionPlanner"/> decides.</summary>
/// <param name="context">The running reconciler.</param>
/// <param name="owner">The workload.</param>
/// <param name="hashLabel">Label that carries the hash: DaemonSets and StatefulSets use different ones.</param>
internal sealed class RevisionKeeper(ReconcileContext context, OwnerIdentity owner, string hashLabel)
{
    public async Task<List<Revision>> ReadAsync(LabelSelector? selector, bool mayAdopt, CancellationToken cancellationToken)
    {
        var revisions = await context.ReadAsync(KnownTypes.ControllerRevisions, cancellationToken);
        var own = revisions.OwnedBy(owner.Uid).Where(revision => revision.ControllerUid == owner.Uid && revision.DeletionTimestamp is null).ToList();
        if (mayAdopt && selector is not null)
        {
            foreach (var orphan in revisions.Enumerate(owner.Namespace)
                .Where(item => item.ControllerUid is null && item.DeletionTimestamp is null && selector.Matches(item.Labels)).ToList())
            {
                if ((await Adoption.AdoptAsync(context, orphan, owner, cancellationToken)).Snapshot is { } adopted)
                {
                    own.Add(adopted);
                }
            }
        }

        return own.ConvertAll(snapshot => Revision.Of(snapshot, hashLabel));
    }

    /// <summary>Carries the plan out; the error says why it could not, and a taken name means: count a collision.</summary>
    public async Task<ResourceError?> KeepAsync(RevisionPlan plan, JsonElement workload, CancellationToken cancellationToken)
    {
        MutationResult? result = null;
        if (plan.IsNew)
        {
            result = await context.CreateAsync(KeyOf(plan.Update), Body(plan.Update, workload), cancellationToken);
        }
        else if (plan.Renumber is { } number)
        {
            var patch = new JsonObject { ["revision"] = number };
            result = await context.PatchAsync(KeyOf(plan.Update), plan.Update.Snapshot!.Uid, patch, cancellationToken);
        }

        foreach (var revision in plan.Delete)
        {
            await context.DeleteAsync(KeyOf(revision), revision.Snapshot!.Uid, cancellationToken);
        }

        return result?.Error;
    }

    private ResourceKey KeyOf(Revision revision) => new(KnownTypes.ControllerRevisions, owner.Namespace, revision.Name);

    private JsonObject Body(Revision revision, JsonElement workload)
    {
        var labels = new JsonObject();
        foreach (var (name, value) in workload.At("spec", "template", "metadata").At("labels").TextMap())
        {
            labels[name] = value;
        }

        labels[hashLabel] = revision.Hash;
        var annotations = new JsonObject();
        foreach (var (name, value) in workload.At("metadata", "annotations").TextMap())
        {
            annotations[name] = value;
        }

        return new()
        {
            ["apiVersion"] = "apps/v1",
            ["kind"] = "ControllerRevision",
            ["metadata"] = new JsonObject
            {
                ["name"] = revision.Name, ["namespace"] = owner.Namespace, ["labels"] = labels, ["annotations"] = annotations,
                ["ownerReferences"] = new JsonArray((JsonNode)owner.ToReference()),
            },
            ["data"] = RevisionData.Of(revision.Template),
            ["revision"] = revision.Number,
        };
    }
}
