using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Batch.CronJobs;

/// <summary>Carries out what <see cref="CronJobPlanner"/> decides.</summary>
internal sealed class CronJobReconciler : IReconciler
{
    private const string ScheduledAnnotation = "batch.kubernetes.io/cronjob-scheduled-timestamp";

    public string Name => "cronjob-controller";

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var id = ResourceKey.FromGrainKey(key);
        if (!(await context.ReadAsync(KnownTypes.CronJobs, cancellationToken)).TryGet(id.Namespace, id.Name, out var snapshot))
        {
            return ReconcileResult.Done;
        }

        var job = CronJobFacts.Of(snapshot);
        var children = (await context.ReadAsync(KnownTypes.Jobs, cancellationToken)).OwnedBy(snapshot.Uid)
            .Where(child => child.ControllerUid == snapshot.Uid).Select(ChildJob.Of).ToList();
        var plan = CronJobPlanner.Plan(job, children, context.Now);
        var subject = EventSubject.Of(snapshot, "batch/v1", "CronJob");
        TellFinished(job, children, subject, context);
        if (plan.Tell.Reason.Length > 0)
        {
            var type = plan.Tell.Reason == "JobAlreadyActive" ? EventTypes.Normal : EventTypes.Warning;
            context.Event(subject, type, plan.Tell.Reason, plan.Tell.Message);
        }

        foreach (var gone in plan.Forget.Concat(plan.Replace))
        {
            var deleted = await context.DeleteAsync(gone.Snapshot.Key, gone.Snapshot.Uid, cancellationToken, DeletionPropagation.Background);
            if (deleted.IsSuccess)
            {
                context.Event(subject, EventTypes.Normal, "SuccessfulDelete", $"Deleted job {gone.Snapshot.Key.Name}");
            }
            else if (deleted.Error is { Code: not 404 } refused)
            {
                return ReconcileResult.Retry(refused.Message);
            }
        }

        var active = plan.Active.Except(plan.Replace).Select(static child => child.Snapshot).ToList();
        var started = job.LastSchedule;
        if (plan.Start is { } due)
        {
            var result = await StartAsync(job, due, subject, context, cancellationToken);
            if (result.Error is { } error)
            {
                return ReconcileResult.Retry(error.Message);
            }

            active.Add(result.Snapshot!);
            started = due;
        }

        if (Status(job, active, started, plan.LastSuccess) is { } patch)
        {
            await context.PatchAsync(id, snapshot.Uid, patch, cancellationToken, "status");
        }

        return ReconcileResult.LookAgain(plan.LookAgain);
    }

    private static void TellFinished(CronJobFacts job, List<ChildJob> children, EventSubject subject, ReconcileContext context)
    {
        var known = job.Status.At("active").Items().Select(static reference => reference.At("uid").Text()).ToHashSet(StringComparer.Ordinal);
        foreach (var child in children.Where(child => child.Finished is not null && known.Contains(child.Snapshot.Uid)))
        {
            context.Event(subject, EventTypes.Normal, "SawCompletedJob", $"Saw completed job: {child.Snapshot.Key.Name}, condition: {child.Finished}");
        }
    }

    /// <summary>The name follows from the time the run was due, so a run is never started twice.</summary>
    private static async Task<MutationResult> StartAsync(
        CronJobFacts job, DateTimeOffset due, EventSubject subject, ReconcileContext context, CancellationToken cancellationToken)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"{job.Snapshot.Key.Name}-{due.ToUnixTimeSeconds() / 60}");
        var key = new ResourceKey(KnownTypes.Jobs, job.Snapshot.Key.Namespace, name);
        var template = job.View.At("spec", "jobTemplate");
        var metadata = new JsonObject { ["name"] = name, ["namespace"] = key.Namespace };
        foreach (var member in (string[])["labels", "annotations"])
        {
            if (template.At("metadata", member) is var given && given.Exists())
            {
                metadata[member] = JsonNode.Parse(given.GetRawText());
            }
        }

        PodWriter.Member(metadata, "annotations")[ScheduledAnnotation] = TimeZoneInfo.ConvertTime(due, job.Zone)
            .ToString("yyyy-MM-dd'T'HH:mm:ssK", CultureInfo.InvariantCulture).Replace("+00:00", "Z", StringComparison.Ordinal);
        metadata["ownerReferences"] = new JsonArray((JsonNode)job.Identity.ToReference());
        var body = new JsonObject
        {
            ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["metadata"] = metadata, ["spec"] = JsonNode.Parse(template.At("spec").GetRawText()),
        };
        var result = await context.CreateAsync(key, body, cancellationToken);
        if (result.IsSuccess)
        {
            context.Event(subject, EventTypes.Normal, "SuccessfulCreate", $"Created job {name}");
            return result;
        }

        if (result.Error!.Reason == "AlreadyExists" && await context.GetLiveAsync(key, cancellationToken) is { } present
            && present.ControllerUid == job.Snapshot.Uid)
        {
            return new() { Outcome = MutationOutcome.Unchanged, Snapshot = present };
        }

        context.Event(subject, EventTypes.Warning, "FailedCreate", $"Error creating job: {result.Error.Message}");
        return result;
    }

    private static JsonObject? Status(CronJobFacts job, List<ResourceSnapshot> active, DateTimeOffset? started, DateTimeOffset? lastSuccess)
    {
        var known = job.Status.At("active").Items().Select(static reference => reference.At("uid").Text()).ToHashSet(StringComparer.Ordinal);
        if (known.SetEquals(active.Select(static child => child.Uid)) && started == job.LastSchedule
            && lastSuccess == job.Status.At("lastSuccessfulTime").Time())
        {
            return null;
        }

        var references = new JsonArray();
        foreach (var child in active.OrderBy(static child => child.Key))
        {
            references.Add((JsonNode)new JsonObject
            {
                ["apiVersion"] = "batch/v1", ["kind"] = "Job", ["name"] = child.Key.Name, ["namespace"] = child.Key.Namespace, ["uid"] = child.Uid,
                ["resourceVersion"] = child.Version.ToString(),
            });
        }

        return new()
        {
            ["status"] = new JsonObject
            {
                ["active"] = references.Count == 0 ? null : references,
                ["lastScheduleTime"] = started?.ToKubernetesTime(),
                ["lastSuccessfulTime"] = lastSuccess?.ToKubernetesTime(),
            },
        };
    }
}
