using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>Carries out what <see cref="JobPlanner"/> decides.</summary>
internal sealed class JobReconciler(NameSuffix suffix, IOptions<ReconcilingOptions> options) : IReconciler
{
    private readonly SnapshotMemo<JobPod> _pods = new(JobPod.Of);

    public string Name => "job-controller";

    public bool LooksTwice => true;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        var jobs = await context.ReadAsync(KnownTypes.Jobs, cancellationToken);
        var pods = await context.ReadAsync(KnownTypes.Pods, cancellationToken);
        jobs.TryGet(id.Namespace, id.Name, out var snapshot);
        if (await ReleaseOrphansAsync(id, snapshot, pods, context, cancellationToken) is { } orphans)
        {
            return orphans;
        }

        if (snapshot is null || JobFacts.Of(snapshot) is not { IsManagedElsewhere: false } job)
        {
            return ReconcileResult.Done;
        }

        var plan = JobPlanner.Plan(job, _pods.Read(Candidates(pods, snapshot)), context.Now);
        if (plan.Expire)
        {
            var expired = await context.DeleteAsync(id, snapshot.Uid, cancellationToken, DeletionPropagation.Foreground, version: snapshot.Version);
            return expired.Error is { Code: not 404 } refused ? ReconcileResult.Retry(refused.Message) : ReconcileResult.Done;
        }

        return await CarryOutAsync(job, plan, context, cancellationToken);
    }

    private async Task<ReconcileResult> CarryOutAsync(JobFacts job, JobPlan plan, ReconcileContext context, CancellationToken cancellationToken)
    {
        var run = new PodRun(context, job.Snapshot, job.Identity, options.Value.MaxParallelWrites);
        await run.ClaimAsync(plan.Adopt, plan.Release, cancellationToken);
        if (JobStatus.Patch(job, plan.State, context.Now) is { } patch)
        {
            var written = await context.PatchAsync(job.Snapshot.Key, job.Snapshot.Uid, patch, cancellationToken, "status", job.Snapshot.Version);
            if (written.Error is { Code: not 404 } error)
            {
                return ReconcileResult.Retry(error.Message);
            }
        }

        if (plan.Tell is { } told)
        {
            context.Event(run.Subject, told.IsWarning ? EventTypes.Warning : EventTypes.Normal, told.Reason, told.Message);
        }

        await FanOut.RunAsync(plan.Untrack, options.Value.MaxParallelWrites, pod => UntrackAsync(pod, context, cancellationToken));
        await run.DeleteAsync(plan.Delete, cancellationToken);
        await run.CreateAsync([.. plan.Create.Select(slot => JobPodWriter.Create(job, slot, suffix))], cancellationToken);
        return run.Problem is { } problem ? ReconcileResult.Retry(problem)
            : run.HasChangedPods || plan.Untrack.Length > 0 ? ReconcileResult.Again : ReconcileResult.LookAgain(plan.LookAgain);
    }

    private static IEnumerable<ResourceSnapshot> Candidates(IResourceView pods, ResourceSnapshot job) =>
        pods.OwnedBy(job.Uid).Where(pod => pod.ControllerUid == job.Uid)
            .Concat(pods.Enumerate(job.Key.Namespace).Where(static pod => pod.ControllerUid is null));

    /// <summary>Pods of a job that is gone, or that was told to leave them, are nobody's to count.</summary>
    private async Task<ReconcileResult?> ReleaseOrphansAsync(
        ResourceKey id, ResourceSnapshot? job, IResourceView pods, ReconcileContext context, CancellationToken cancellationToken)
    {
        var orphans = pods.Enumerate(id.Namespace)
            .Where(pod => pod.Labels.GetValueOrDefault("batch.kubernetes.io/job-name") == id.Name && (job is null || pod.ControllerUid != job.Uid))
            .Select(JobPod.Of).Where(pod => pod.IsTracked && (job is null || pod.Facts.Snapshot.ControllerUid is not null)).ToList();
        if (orphans.Count == 0)
        {
            return null;
        }

        var results = await FanOut.RunAsync(orphans, options.Value.MaxParallelWrites, pod => UntrackAsync(pod, context, cancellationToken));
        return results.FirstOrDefault(static result => result.Error is { Code: not 404 })?.Error is { } error
            ? ReconcileResult.Retry(error.Message)
            : ReconcileResult.Again;
    }

    private static Task<MutationResult> UntrackAsync(JobPod pod, ReconcileContext context, CancellationToken cancellationToken)
    {
        var left = new JsonArray();
        foreach (var finalizer in pod.View.At("metadata", "finalizers").Items().Where(static finalizer => !finalizer.ValueEqualsText(JobPod.Finalizer)))
        {
            left.Add(finalizer.Text());
        }

        var patch = new JsonObject { ["metadata"] = new JsonObject { ["finalizers"] = left.Count == 0 ? null : left } };
        var snapshot = pod.Facts.Snapshot;
        return context.PatchAsync(snapshot.Key, snapshot.Uid, patch, cancellationToken, version: snapshot.Version);
    }
}
