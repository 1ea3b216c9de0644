using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>One execution of a <see cref="DeploymentPlan"/>.</summary>
internal sealed class DeploymentRun(ReconcileContext context, DeploymentFacts deployment)
{
    private readonly EventSubject _subject = EventSubject.Of(deployment.Snapshot, "apps/v1", "Deployment");
    private ResourceError? _problem;
    private bool _hasChanged;

    public async Task<ReconcileResult> CarryOutAsync(DeploymentPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Create is { } create)
        {
            await CreateAsync(create, cancellationToken);
        }

        foreach (var revision in plan.Update)
        {
            await UpdateAsync(revision, cancellationToken);
        }

        foreach (var revision in plan.Delete)
        {
            Note(await context.DeleteAsync(revision.Snapshot.Key, revision.Snapshot.Uid, cancellationToken, version: revision.Snapshot.Version));
        }

        if (plan.Revision is { } number && _problem is null)
        {
            var patch = new JsonObject
            {
                ["metadata"] = new JsonObject { ["annotations"] = new JsonObject { [DeploymentAnnotations.Revision] = number } },
            };
            Note(await context.PatchAsync(deployment.Snapshot.Key, deployment.Snapshot.Uid, patch, cancellationToken));
        }

        if (plan.Status is { } status)
        {
            AddCreateFailure(status);
            Note(await context.PatchAsync(deployment.Snapshot.Key, deployment.Snapshot.Uid, status, cancellationToken, "status"));
        }

        return _problem is { } problem
            ? ReconcileResult.Retry(problem.Message)
            : _hasChanged ? ReconcileResult.Again : ReconcileResult.LookAgain(plan.LookAgain);
    }

    private async Task CreateAsync(NewRevision create, CancellationToken cancellationToken)
    {
        var key = new ResourceKey(KnownTypes.ReplicaSets, deployment.Snapshot.Key.Namespace, create.Name);
        var result = await context.CreateAsync(key, create.ToReplicaSet(deployment), cancellationToken);
        Note(result);
        if (result.IsSuccess)
        {
            if (create.Replicas > 0)
            {
                Scaled("up", create.Name, 0, create.Replicas);
            }
        }
        else if (result.Error!.Reason == "AlreadyExists")
        {
            await AvoidCollisionAsync(key, cancellationToken);
        }
        else
        {
            context.Event(_subject, EventTypes.Warning, "ReplicaSetCreateError", $"Failed to create new replica set \"{create.Name}\": {result.Error.Message}");
        }
    }

    /// <summary>The name is taken by another template or another owner: the next run hashes with a higher collision count.</summary>
    private async Task AvoidCollisionAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        if (await context.GetLiveAsync(key, cancellationToken) is { } taken
            && (taken.ControllerUid != deployment.Snapshot.Uid || RevisionFacts.Of(taken).CanonicalTemplate != deployment.CanonicalTemplate))
        {
            var patch = new JsonObject { ["status"] = new JsonObject { ["collisionCount"] = deployment.CollisionCount + 1 } };
            await context.PatchAsync(deployment.Snapshot.Key, deployment.Snapshot.Uid, patch, cancellationToken, "status");
        }
    }

    private async Task UpdateAsync(RevisionFacts revision, CancellationToken cancellationToken)
    {
        var patch = new JsonObject();
        if (revision.AnnotationChanges.Count > 0)
        {
            var annotations = new JsonObject();
            foreach (var (name, value) in revision.AnnotationChanges)
            {
                annotations[name] = value;
            }

            patch["metadata"] = new JsonObject { ["annotations"] = annotations };
        }

        var spec = new JsonObject();
        if (revision.Replicas != revision.SpecReplicas)
        {
            spec["replicas"] = revision.Replicas;
        }

        if (revision.NewMinReadySeconds != revision.MinReadySeconds)
        {
            spec["minReadySeconds"] = revision.NewMinReadySeconds;
        }

        if (spec.Count > 0)
        {
            patch["spec"] = spec;
        }

        var result = await context.PatchAsync(revision.Snapshot.Key, revision.Snapshot.Uid, patch, cancellationToken);
        Note(result);
        if (result.IsSuccess && revision.Replicas != revision.SpecReplicas)
        {
            Scaled(revision.Replicas > revision.SpecReplicas ? "up" : "down", revision.Name, revision.SpecReplicas, revision.Replicas);
        }
    }

    private void Scaled(string direction, string name, int from, int to) =>
        context.Event(_subject, EventTypes.Normal, "ScalingReplicaSet", $"Scaled {direction} replica set {name} from {from} to {to}");

    /// <summary>A revision that cannot be created shows in the status, as there is no ReplicaSet to show it.</summary>
    private void AddCreateFailure(JsonObject status)
    {
        if (_problem is not { Code: 403 or 422 } refused || status["status"]?["conditions"] is not JsonArray conditions)
        {
            return;
        }

        foreach (var progressing in conditions.Where(static condition => (string?)condition?["reason"] == "NewReplicaSetCreated"))
        {
            progressing!["status"] = "False";
            progressing["reason"] = "ReplicaSetCreateError";
            progressing["message"] = refused.Message;
        }
    }

    private void Note(MutationResult result)
    {
        _hasChanged |= result.Outcome is not (MutationOutcome.Failed or MutationOutcome.Unchanged);
        if (result.Error is { Code: not 404 } error)
        {
            _problem ??= error;
        }
    }
}
