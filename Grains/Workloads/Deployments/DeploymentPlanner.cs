using System.Collections.Immutable;
using System.Globalization;

namespace Crescent.Grains.Workloads.Deployments;

/// <summary>
/// Decides the next step of a <see href="https://kubernetes.io/docs/concepts/workloads/controllers/deployment/">Deployment</see>. One step
/// at a time: after its writes are visible the planner is asked again.
/// </summary>
internal static class DeploymentPlanner
{
    /// <param name="deployment">The Deployment.</param>
    /// <param name="revisions">Its ReplicaSets.</param>
    /// <param name="hasOldPods">True while pods of a ReplicaSet other than the named one have not ended; only Recreate asks.</param>
    /// <param name="now">The present.</param>
    public static DeploymentPlan Plan(
        DeploymentFacts deployment, IReadOnlyList<RevisionFacts> revisions, Func<RevisionFacts?, bool> hasOldPods, DateTimeOffset now)
    {
        var draft = new DeploymentDraft(deployment, revisions, now);
        if (deployment.IsDeleting)
        {
            return draft.Finish(watchesProgress: false);
        }

        draft.NotePause();
        if (deployment.IsPaused || IsScaling(deployment, revisions))
        {
            draft.SyncRevisions(mayCreate: false);
            ProportionalScaling.Apply(deployment, draft.New, draft.Old);
            return draft.Finish(watchesProgress: false, cleansUp: deployment.IsPaused);
        }

        if (deployment.IsRecreate)
        {
            Recreate(deployment, draft, hasOldPods);
        }
        else
        {
            draft.SyncRevisions(mayCreate: true);
            RollingUpdate.Apply(deployment, draft.New, draft.Old);
        }

        return draft.Finish(watchesProgress: true, cleansUp: true);
    }

    /// <summary>The user changed the size: revisions still carry the one they were scaled for.</summary>
    private static bool IsScaling(DeploymentFacts deployment, IReadOnlyList<RevisionFacts> revisions) => revisions.Any(revision =>
        revision.SpecReplicas > 0
        && DeploymentAnnotations.Number(revision.Annotations, DeploymentAnnotations.DesiredReplicas) is { } desired
        && desired != deployment.Replicas);

    private static void Recreate(DeploymentFacts deployment, DeploymentDraft draft, Func<RevisionFacts?, bool> hasOldPods)
    {
        draft.SyncRevisions(mayCreate: false);
        var running = draft.Old.Where(static revision => revision.Replicas > 0).ToImmutableArray();
        foreach (var revision in running)
        {
            Scale(revision, 0, deployment);
        }

        if (!running.IsEmpty || hasOldPods(draft.New))
        {
            return;
        }

        draft.SyncRevisions(mayCreate: true);
        if (draft.New is { } present && present.Replicas != deployment.Replicas)
        {
            Scale(present, deployment.Replicas, deployment);
        }
    }

    /// <summary>Plans a size, and notes on the revision what it was meant for.</summary>
    internal static void Scale(RevisionFacts revision, int replicas, DeploymentFacts deployment)
    {
        revision.Replicas = replicas;
        revision.Annotate(DeploymentAnnotations.DesiredReplicas, deployment.Replicas.ToString(CultureInfo.InvariantCulture));
        revision.Annotate(DeploymentAnnotations.MaxReplicas, deployment.MaxPods.ToString(CultureInfo.InvariantCulture));
    }
}
