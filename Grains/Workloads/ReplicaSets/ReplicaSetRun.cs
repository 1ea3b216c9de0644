using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Workloads.ReplicaSets;

/// <summary>One execution of a <see cref="ReplicaSetPlan"/>, and what came of it.</summary>
internal sealed class ReplicaSetRun(
    ReconcileContext context, ReplicaSetFacts set, ReplicaSetFlavor flavor, NameSuffix suffix, int maxParallelWrites)
{
    public EventSubject Subject { get; } = EventSubject.Of(set.Snapshot, flavor.ApiVersion, flavor.Kind);

    public bool HasChangedPods { get; private set; }

    /// <summary>Why the plan could not be carried out whole.</summary>
    public string? Problem { get; private set; }

    /// <summary>Reason and message of the ReplicaFailure condition.</summary>
    public (string Reason, string Message)? Failure { get; private set; }

    /// <summary>Adopts and releases.</summary>
    public async Task ClaimAsync(ReplicaSetPlan plan, CancellationToken cancellationToken)
    {
        if (plan.Adopt.Length > 0 && await Adoption.MayAdoptAsync(context, set.Snapshot, cancellationToken))
        {
            var owner = Owner;
            await FanOut.RunAsync(plan.Adopt, maxParallelWrites, async pod =>
                Note(await Adoption.AdoptAsync(context, pod.Snapshot, owner, cancellationToken)));
        }

        await FanOut.RunAsync(plan.Release, maxParallelWrites, async pod =>
            Note(await Adoption.ReleaseAsync(context, pod.Snapshot, set.Snapshot.Uid, cancellationToken)));
    }

    public Task DeleteAsync(ReplicaSetPlan plan, CancellationToken cancellationToken) =>
        FanOut.RunAsync(plan.Delete, maxParallelWrites, async pod =>
        {
            var key = pod.Snapshot.Key;
            var result = await context.DeleteAsync(key, pod.Snapshot.Uid, cancellationToken);
            if (result.IsSuccess)
            {
                HasChangedPods = true;
                context.Event(Subject, EventTypes.Normal, "SuccessfulDelete", $"Deleted pod: {key.Name}");
            }
            else if (result.Error is { Code: not 404 } error)
            {
                Fail("FailedDelete", error.Message);
                context.Event(Subject, EventTypes.Warning, "FailedDelete", $"Error deleting: {error.Message}");
            }

            return result.IsSuccess;
        });

    /// <summary>
    /// Creates in batches of 1, 2, 4 …: when every creation is refused, the whole set costs one refusal per try and not thousands.
    /// </summary>
    public async Task CreateAsync(ReplicaSetPlan plan, CancellationToken cancellationToken)
    {
        var template = set.View.At("spec", "template");
        var owner = Owner;
        var left = plan.Create;
        for (var batch = 1; left > 0 && Failure is null; batch = Math.Min(batch * 2, maxParallelWrites))
        {
            var size = Math.Min(batch, left);
            await FanOut.RunAsync(Enumerable.Range(0, size).ToArray(), size, _ => CreateOneAsync(owner, template, cancellationToken));
            left -= size;
        }
    }

    private OwnerIdentity Owner => new(flavor.ApiVersion, flavor.Kind, set.Snapshot.Key.Namespace, set.Snapshot.Key.Name, set.Snapshot.Uid);

    private async Task<bool> CreateOneAsync(OwnerIdentity owner, System.Text.Json.JsonElement template, CancellationToken cancellationToken)
    {
        var name = suffix.Append(owner.Name);
        var key = new ResourceKey(KnownTypes.Pods, owner.Namespace, name);
        var result = await context.CreateAsync(key, PodTemplate.WritePod(owner, template, name), cancellationToken);
        if (result.IsSuccess)
        {
            HasChangedPods = true;
            context.Event(Subject, EventTypes.Normal, "SuccessfulCreate", $"Created pod: {name}");
            return true;
        }

        var error = result.Error!;
        if (error.Reason == "AlreadyExists")
        {
            // Another name next time; nothing worth telling.
            Problem ??= error.Message;
            return false;
        }

        if (Problem is null && !IsNamespaceGone(error))
        {
            context.Event(Subject, EventTypes.Warning, "FailedCreate", $"Error creating: {error.Message}");
        }

        Fail("FailedCreate", error.Message);
        return false;
    }

    private static bool IsNamespaceGone(ResourceError error) =>
        error.Causes.Any(static cause => cause.Reason == "NamespaceTerminating")
        || error.Message.Contains("because it is being terminated", StringComparison.Ordinal);

    private bool Note(MutationResult result)
    {
        HasChangedPods |= result.IsSuccess;
        if (result.Error is { Code: not 404 } error)
        {
            Problem ??= error.Message;
        }

        return result.IsSuccess;
    }

    private void Fail(string reason, string message)
    {
        Problem ??= message;
        Failure ??= (reason, message);
    }
}
