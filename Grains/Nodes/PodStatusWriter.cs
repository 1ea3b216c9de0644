using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Nodes;
using Crescent.Resources;

namespace Crescent.Grains.Nodes;

/// <summary>
/// Stores a node's pod status reports. Plans against the newest state this silo knows and patches that very version; when somebody else
/// was faster it reads again.
/// </summary>
internal sealed class PodStatusWriter(
    string nodeName, NodeObjectWriter node, IGrainFactory grains, NodeInstruments instruments, TimeProvider time)
{
    private const int Attempts = 6;
    private const int PruneAt = 512;

    /// <summary>What was written last, per pod uid, while the cache may still be behind it.</summary>
    private readonly Dictionary<string, ResourceSnapshot> _written = new(StringComparer.Ordinal);

    /// <param name="report">What the node says.</param>
    /// <param name="cached">State in the node's feed; null when it is not there.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    public async Task<ResourceError?> WriteAsync(PodStatusReport report, ResourceSnapshot? cached, CancellationToken cancellationToken)
    {
        JsonObject status;
        try
        {
            status = JsonNode.Parse(report.Status) as JsonObject ?? [];
        }
        catch (JsonException exception)
        {
            return ResourceErrors.BadRequest($"status of pod {report.Pod.Namespace}/{report.Pod.Name}: {exception.Message}");
        }

        var grain = grains.GetResourceGrain(report.Pod);
        var current = Newest(report.Uid, cached);
        if (current is null || (report.IsTerminated && current.DeletionTimestamp is null))
        {
            current = await grain.GetAsync(cancellationToken);
        }

        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (Refuse(report, current) is { } refusal)
            {
                _written.Remove(report.Uid);
                return refusal;
            }

            var patch = PodStatusPlanner.Plan(NodeObjectWriter.Parse(current!), status, time.GetUtcNow());
            instruments.PodReported(patch is not null);
            if (patch is null)
            {
                return await EndAsync(report, current!, cancellationToken);
            }

            var result = await grain.PatchAsync(
                new()
                {
                    Context = node.Context("status"), Kind = PatchKind.Merge, Body = NodeObjectWriter.Encode(patch),
                    Preconditions = new() { Uid = report.Uid, Version = current!.Version },
                },
                cancellationToken);
            if (result.IsSuccess)
            {
                Remember(result.Snapshot!);
                return await EndAsync(report, result.Snapshot!, cancellationToken);
            }

            if (result.Error!.Code is not (404 or 409))
            {
                return result.Error;
            }

            current = await grain.GetAsync(cancellationToken);
        }

        return ResourceErrors.Unavailable($"pod {report.Pod.Namespace}/{report.Pod.Name} keeps changing");
    }

    /// <summary>A deleted pod whose processes have ended is removed; one that ended by itself keeps its final state.</summary>
    private async Task<ResourceError?> EndAsync(PodStatusReport report, ResourceSnapshot pod, CancellationToken cancellationToken)
    {
        if (!report.IsTerminated || pod.DeletionTimestamp is null)
        {
            return null;
        }

        _written.Remove(report.Uid);
        var result = await grains.GetResourceGrain(report.Pod).DeleteAsync(
            new() { Context = node.Context(), GracePeriodSeconds = 0, Preconditions = new() { Uid = report.Uid } }, cancellationToken);
        return result.Error is { Code: not (404 or 409) } error ? error : null;
    }

    private ResourceError? Refuse(PodStatusReport report, ResourceSnapshot? current)
    {
        if (current is null)
        {
            return ResourceErrors.NotFound(report.Pod.Type, report.Pod.Name);
        }

        if (current.Uid != report.Uid)
        {
            return ResourceErrors.Conflict(
                report.Pod.Type, report.Pod.Name, $"Precondition failed: UID in precondition: {report.Uid}, UID in object meta: {current.Uid}");
        }

        var boundTo = current.Fields.GetValueOrDefault("spec.nodeName", "");
        return boundTo == nodeName ? null : ResourceErrors.Conflict(
            report.Pod.Type, report.Pod.Name, $"the pod is bound to node \"{boundTo}\", not to \"{nodeName}\"");
    }

    private ResourceSnapshot? Newest(string uid, ResourceSnapshot? cached)
    {
        if (cached is not null && cached.Uid != uid)
        {
            cached = null;
        }

        if (!_written.TryGetValue(uid, out var written))
        {
            return cached;
        }

        if (cached is null || written.Version > cached.Version)
        {
            return written;
        }

        _written.Remove(uid);
        return cached;
    }

    private void Remember(ResourceSnapshot snapshot)
    {
        _written[snapshot.Uid] = snapshot;
        if (_written.Count > PruneAt)
        {
            // Only the newest matter: by now the cache has the others. Forgetting one costs a second read.
            foreach (var old in _written.Values.OrderBy(static written => written.Version).Take(PruneAt / 2).ToArray())
            {
                _written.Remove(old.Uid);
            }
        }
    }
}
