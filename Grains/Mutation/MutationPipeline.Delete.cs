using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission;
using Crescent.Grains.Mutation.Decoding;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation;

/// <summary>
/// Deletion: at once when nothing stands in the way, else marked and left to whoever holds a finalizer, runs the pod or empties the
/// namespace.
/// </summary>
internal sealed partial class MutationPipeline
{
    private const string ForegroundFinalizer = "foregroundDeletion";
    private const string OrphanFinalizer = "orphan";

    public async ValueTask<MutationDecision> DecideDeleteAsync(
        ResourceKey key, ResourceSnapshot? current, DeleteRequest request, CancellationToken cancellationToken)
    {
        if (current is null)
        {
            return MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name));
        }

        var admitted = new AdmissionRequest
        {
            Operation = AdmissionOperation.Delete, Key = key, Definition = ResourceCatalog.BuiltIn[key.Type], Context = request.Context,
            Old = Open(current),
        };
        return await admission.CheckAsync(admitted, cancellationToken) is { } refused
            ? MutationDecision.Refuse(refused)
            : Delete(key, current, request, admitted.Old!);
    }

    /// <param name="key">What to delete.</param>
    /// <param name="current">Its state.</param>
    /// <param name="request">How.</param>
    /// <param name="item">The state as nodes, which are used up.</param>
    private MutationDecision Delete(ResourceKey key, ResourceSnapshot? current, DeleteRequest request, JsonObject? item = null)
    {
        if (current is null)
        {
            return MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name));
        }

        if (CheckPreconditions(key, current, request.Preconditions) is { } failed)
        {
            return MutationDecision.Refuse(failed);
        }

        var definition = ResourceCatalog.BuiltIn[key.Type];
        item ??= Open(current);
        if (key.Type == KnownTypes.Namespaces)
        {
            return DeleteNamespace(key, item);
        }

        var metadata = item.Ensure("metadata");
        var isDeleting = metadata.Has("deletionTimestamp");
        var finalizersChanged = SetPropagation(metadata, request.Propagation);
        var hasFinalizers = HasFinalizers(item);
        var grace = definition.HasGracefulDeletion ? GracePeriod(item, request.GracePeriodSeconds) : 0;
        if (isDeleting)
        {
            return DeleteAgain(definition, item, request, hasFinalizers, finalizersChanged);
        }

        if (grace == 0 && !hasFinalizers)
        {
            return MutationDecision.Remove(ObjectMetadata.Arrange(item));
        }

        MarkDeleted(metadata, time.GetUtcNow(), grace);
        return MutationDecision.Write(MutationOutcome.Deleting, ObjectMetadata.Arrange(item));
    }

    // The grace period can only be shortened.
    private static MutationDecision DeleteAgain(
        ResourceDefinition definition, JsonObject item, DeleteRequest request, bool hasFinalizers, bool finalizersChanged)
    {
        var metadata = item.Ensure("metadata");
        var before = metadata.Integer("deletionGracePeriodSeconds") ?? 0;
        var asked = definition.HasGracefulDeletion && request.GracePeriodSeconds is { } given ? GracePeriod(item, given) : before;
        if (asked < before)
        {
            var until = Timestamps.Parse(metadata.Text("deletionTimestamp"))!.Value - TimeSpan.FromSeconds(before - asked);
            metadata["deletionTimestamp"] = Timestamps.Format(until);
            metadata["deletionGracePeriodSeconds"] = asked;
            before = asked;
            finalizersChanged = true;
        }

        if (before == 0 && !hasFinalizers)
        {
            return MutationDecision.Remove(ObjectMetadata.Arrange(item));
        }

        return finalizersChanged ? MutationDecision.Write(MutationOutcome.Deleting, ObjectMetadata.Arrange(item)) : MutationDecision.Keep();
    }

    private MutationDecision DeleteNamespace(ResourceKey key, JsonObject item)
    {
        var metadata = item.Ensure("metadata");
        if (!metadata.Has("deletionTimestamp"))
        {
            MarkDeleted(metadata, time.GetUtcNow(), 0);
            item.Ensure("status")["phase"] = "Terminating";
            return MutationDecision.Write(MutationOutcome.Deleting, ObjectMetadata.Arrange(item));
        }

        if (!HasFinalizers(item))
        {
            return MutationDecision.Remove(ObjectMetadata.Arrange(item));
        }

        return MutationDecision.Refuse(ResourceErrors.Conflict(
            key.Type, key.Name,
            "The system is ensuring all content is removed from this namespace.  Upon completion, this namespace will automatically be purged by the system."));
    }

    private static void MarkDeleted(JsonObject metadata, DateTimeOffset now, long grace)
    {
        metadata["deletionTimestamp"] = Timestamps.Format(now + TimeSpan.FromSeconds(grace));
        metadata["deletionGracePeriodSeconds"] = grace;
        if (metadata.Integer("generation") is > 0 and var generation)
        {
            metadata["generation"] = generation + 1;
        }
    }

    // A pod that no node knows, or whose processes have ended, need not be waited for.
    private static long GracePeriod(JsonObject pod, long? asked)
    {
        if (pod.Object("spec").Text("nodeName").Length == 0 || pod.Object("status").Text("phase") is "Succeeded" or "Failed")
        {
            return 0;
        }

        var seconds = asked ?? pod.Object("spec").Integer("terminationGracePeriodSeconds") ?? 30;
        return seconds < 0 ? 1 : seconds;
    }

    private static bool SetPropagation(JsonObject metadata, DeletionPropagation propagation)
    {
        var before = metadata.Texts("finalizers").ToList();
        var after = before.ToList();
        if (propagation != DeletionPropagation.Default)
        {
            after.RemoveAll(static name => name is ForegroundFinalizer or OrphanFinalizer);
        }

        if (propagation is DeletionPropagation.Foreground or DeletionPropagation.Orphan)
        {
            after.Add(propagation == DeletionPropagation.Foreground ? ForegroundFinalizer : OrphanFinalizer);
        }

        if (before.ToHashSet(StringComparer.Ordinal).SetEquals(after))
        {
            return false;
        }

        if (after.Count == 0)
        {
            metadata.Remove("finalizers");
        }
        else
        {
            metadata["finalizers"] = new JsonArray([.. after.Select(static name => (JsonNode)JsonValue.Create(name))]);
        }

        return true;
    }

    private async ValueTask<MutationDecision?> RefuseEvictionAsync(
        ResourceKey key, ResourceSnapshot? current, MutationContext context, CancellationToken cancellationToken)
    {
        var admitted = new AdmissionRequest
        {
            Operation = AdmissionOperation.Create, Key = key, Definition = ResourceCatalog.BuiltIn[key.Type], Context = context,
            Old = current is null ? null : Open(current),
        };
        return await admission.CheckAsync(admitted, cancellationToken) is { } refused ? MutationDecision.Refuse(refused) : null;
    }

    private MutationDecision Evict(ResourceKey key, ResourceSnapshot? current, CreateRequest request)
    {
        if (!RequestDecoder.TryDecode(
            request.Body, "policy/v1", "Eviction", "k8s.io.api.policy.v1.Eviction", request.Context.FieldValidation, out var eviction, out _, out var error))
        {
            return MutationDecision.Refuse(error);
        }

        if (ObjectMetadata.CheckNames(key, eviction.Ensure("metadata")) is { } refused)
        {
            return MutationDecision.Refuse(refused);
        }

        var options = eviction.Object("deleteOptions");
        var version = ResourceVersion.TryParse(options.Object("preconditions").Text("resourceVersion"), out var given) ? given : (ResourceVersion?)null;
        return Delete(key, current, new()
        {
            Context = request.Context,
            GracePeriodSeconds = options.Integer("gracePeriodSeconds"),
            Preconditions = new() { Uid = options.Object("preconditions").Text("uid"), Version = version },
        });
    }
}
