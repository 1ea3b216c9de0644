using System.Text.Json.Nodes;
using Crescent.Grains.Events;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Workloads;

/// <summary>Adopts, releases, creates and deletes pods of one workload, tells of it, and remembers what came of it.</summary>
internal sealed class PodRun(ReconcileContext context, ResourceSnapshot owner, OwnerIdentity identity, int maxParallelWrites)
{
    public EventSubject Subject { get; } = EventSubject.Of(owner, identity.ApiVersion, identity.Kind);

    public bool HasChangedPods { get; private set; }

    /// <summary>Why not all could be done.</summary>
    public string? Problem { get; private set; }

    public async Task ClaimAsync(IReadOnlyList<PodFacts> adopt, IReadOnlyList<PodFacts> release, CancellationToken cancellationToken)
    {
        if (adopt.Count > 0 && await Adoption.MayAdoptAsync(context, owner, cancellationToken))
        {
            await FanOut.RunAsync(adopt, maxParallelWrites, async pod => Note(await Adoption.AdoptAsync(context, pod.Snapshot, identity, cancellationToken)));
        }

        await FanOut.RunAsync(release, maxParallelWrites, async pod =>
            Note(await Adoption.ReleaseAsync(context, pod.Snapshot, owner.Uid, cancellationToken)));
    }

    public Task DeleteAsync(IReadOnlyList<PodFacts> pods, CancellationToken cancellationToken) =>
        FanOut.RunAsync(pods, maxParallelWrites, async pod =>
        {
            var result = await context.DeleteAsync(pod.Snapshot.Key, pod.Snapshot.Uid, cancellationToken);
            if (result.IsSuccess)
            {
                context.Event(Subject, EventTypes.Normal, "SuccessfulDelete", Say("delete", "Deleted", pod.Snapshot.Key.Name));
            }
            else if (result.Error is { Code: not 404 } error)
            {
                context.Event(Subject, EventTypes.Warning, "FailedDelete", $"Error deleting: {error.Message}");
            }

            return Note(result);
        });

    /// <summary>Creates in batches of 1, 2, 4 … and stops at the first batch with a refusal.</summary>
    public async Task CreateAsync(IReadOnlyList<JsonObject> pods, CancellationToken cancellationToken)
    {
        var done = 0;
        for (var batch = 1; done < pods.Count && Problem is null; batch = Math.Min(batch * 2, maxParallelWrites))
        {
            var next = pods.Skip(done).Take(batch).ToArray();
            await FanOut.RunAsync(next, next.Length, pod => CreateOneAsync(pod, cancellationToken));
            done += next.Length;
        }
    }

    public async Task<bool> CreateOneAsync(JsonObject pod, CancellationToken cancellationToken)
    {
        var name = (string)pod["metadata"]!["name"]!;
        var result = await context.CreateAsync(new(KnownTypes.Pods, identity.Namespace, name), pod, cancellationToken);
        if (result.IsSuccess)
        {
            context.Event(Subject, EventTypes.Normal, "SuccessfulCreate", Say("create", "Created", name));
        }
        else if (result.Error is { Reason: not "AlreadyExists" } error && !error.Message.Contains("because it is being terminated", StringComparison.Ordinal))
        {
            context.Event(Subject, EventTypes.Warning, "FailedCreate", $"Error creating: {error.Message}");
        }

        return Note(result);
    }

    private string Say(string verb, string done, string pod) =>
        identity.Kind == "StatefulSet" ? $"{verb} Pod {pod} in StatefulSet {identity.Name} successful" : $"{done} pod: {pod}";

    private bool Note(MutationResult result)
    {
        HasChangedPods |= result.IsSuccess;
        if (result.Error is { Code: not 404 } error)
        {
            Problem ??= error.Message;
        }

        return result.IsSuccess;
    }
}
