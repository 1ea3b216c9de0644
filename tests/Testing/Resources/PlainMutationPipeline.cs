using System.Globalization;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Testing.Resources;

/// <summary>
/// The least a resource grain needs to be tested: uids, versions as preconditions, merge patches, finalizers. No defaults, no validation.
/// </summary>
public sealed class PlainMutationPipeline(TimeProvider time) : IMutationPipeline
{
    public ValueTask<MutationDecision> DecideCreateAsync(
        ResourceKey key, ResourceSnapshot? current, CreateRequest request, CancellationToken cancellationToken)
    {
        if (current is not null)
        {
            return new(MutationDecision.Refuse(ResourceErrors.AlreadyExists(key.Type, key.Name)));
        }

        var created = JsonNode.Parse(request.Body)!.AsObject();
        var metadata = created["metadata"]!.AsObject();
        metadata["uid"] = Guid.NewGuid().ToString();
        metadata["creationTimestamp"] = Now();
        return new(MutationDecision.Write(MutationOutcome.Created, created));
    }

    public ValueTask<MutationDecision> DecideReplaceAsync(
        ResourceKey key, ResourceSnapshot? current, ReplaceRequest request, CancellationToken cancellationToken)
    {
        if (current is null)
        {
            return new(MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name)));
        }

        var replaced = JsonNode.Parse(request.Body)!.AsObject();
        var metadata = replaced["metadata"]!.AsObject();
        if ((string?)metadata["resourceVersion"] is { } expected && expected != current.Version.ToString())
        {
            return new(MutationDecision.Refuse(ResourceErrors.StaleVersion(key.Type, key.Name)));
        }

        metadata["uid"] = current.Uid;
        return new(Updated(current, replaced));
    }

    public ValueTask<MutationDecision> DecidePatchAsync(
        ResourceKey key, ResourceSnapshot? current, PatchRequest request, CancellationToken cancellationToken)
    {
        if (current is null)
        {
            return new(MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name)));
        }

        var patched = JsonNode.Parse(current.Body)!.AsObject();
        Merge(patched, JsonNode.Parse(request.Body)!.AsObject());
        return new(JsonNode.DeepEquals(patched, JsonNode.Parse(current.Body)) ? MutationDecision.Keep() : Updated(current, patched));
    }

    public ValueTask<MutationDecision> DecideDeleteAsync(
        ResourceKey key, ResourceSnapshot? current, DeleteRequest request, CancellationToken cancellationToken)
    {
        if (current is null)
        {
            return new(MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name)));
        }

        var last = JsonNode.Parse(current.Body)!.AsObject();
        if (!HasFinalizers(last))
        {
            return new(MutationDecision.Remove(last));
        }

        if (current.DeletionTimestamp is not null)
        {
            return new(MutationDecision.Keep());
        }

        last["metadata"]!["deletionTimestamp"] = Now();
        return new(MutationDecision.Write(MutationOutcome.Deleting, last));
    }

    private static MutationDecision Updated(ResourceSnapshot current, JsonObject updated) =>
        current.DeletionTimestamp is not null && !HasFinalizers(updated)
            ? MutationDecision.Remove(updated)
            : MutationDecision.Write(MutationOutcome.Updated, updated);

    private static bool HasFinalizers(JsonObject resource) => resource["metadata"]!["finalizers"] is JsonArray { Count: > 0 };

    private static void Merge(JsonObject target, JsonObject patch)
    {
        foreach (var (name, value) in patch)
        {
            if (value is null)
            {
                target.Remove(name);
            }
            else if (value is JsonObject nested && target[name] is JsonObject inner)
            {
                Merge(inner, nested);
            }
            else
            {
                target[name] = value.DeepClone();
            }
        }
    }

    private string Now() => time.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
