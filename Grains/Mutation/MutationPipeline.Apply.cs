using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Applying;
using Crescent.Grains.Mutation.Decoding;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Mutation;

/// <summary><see href="https://kubernetes.io/docs/reference/using-api/server-side-apply/">Server-side apply</see>.</summary>
internal sealed partial class MutationPipeline
{
    private async ValueTask<MutationDecision> ApplyAsync(
        ResourceKey key, ResourceDefinition definition, ResourceSnapshot? current, PatchRequest request, CancellationToken cancellationToken)
    {
        var context = request.Context;
        if (context.Subresource is not ("" or "status"))
        {
            return MutationDecision.Refuse(ResourceErrors.MethodNotAllowed(key.Type, $"apply of {context.Subresource}"));
        }

        if (!TryDecode(request.Body, Served(definition, context), context, out var configuration, out var warnings, out var error))
        {
            return MutationDecision.Refuse(error);
        }

        if (ObjectMetadata.CheckNames(key, configuration.Ensure("metadata")) is { } misnamed)
        {
            return MutationDecision.Refuse(misnamed);
        }

        if (configuration.Object("metadata").Has("managedFields"))
        {
            return MutationDecision.Refuse(ResourceErrors.BadRequest("metadata.managedFields must be nil"));
        }

        var type = SchemaCatalog.BuiltIn[definition.SchemaType];
        var applied = FieldManagers.Owned(configuration, context.Subresource);
        var fields = FieldSets.Of(applied, type);
        var now = Timestamps.Format(time.GetUtcNow());
        if (current is null)
        {
            return context.Subresource.Length > 0
                ? MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name))
                : WithManagers(await CreateObjectAsync(key, null, context, request.Body, cancellationToken), fields, context, definition, now);
        }

        var live = Parse(current);
        var managers = FieldManagers.Of(FieldManagers.Detach(live));
        if (!managers.IsTracked)
        {
            managers.Begin(live, type, definition.ApiVersion, now);
        }

        var conflicts = managers.Conflicts(context.FieldManager, context.Subresource, fields, live, applied, type);
        if (conflicts.Length > 0 && !request.IsForced)
        {
            return MutationDecision.Refuse(ConflictOf(key, conflicts));
        }

        var gone = managers.OwnedBy(context.FieldManager, context.Subresource).Except(fields);
        var taken = FieldSets.Different(applied, live, type, fields);
        var kept = managers.OwnedByOthers(context.FieldManager, context.Subresource).Except(taken).Union(fields);
        var item = (JsonObject)live.DeepClone();
        ApplyMerge.Remove(item, gone, kept, type);
        ApplyMerge.Merge(item, applied, type);
        foreach (var name in (ReadOnlySpan<string>)["uid", "resourceVersion"])
        {
            item.Ensure("metadata").CopyFrom(configuration.Object("metadata"), name);
        }

        managers.Apply(context.FieldManager, context.Subresource, definition.ApiVersion, now, fields, taken);
        return await UpdateAsync(key, definition, current, item, context, warnings, cancellationToken, managers);
    }

    private static MutationDecision WithManagers(
        MutationDecision decision, FieldSet fields, MutationContext context, ResourceDefinition definition, string now)
    {
        if (decision.Object.Object("metadata") is { } metadata)
        {
            metadata["managedFields"] = new JsonArray(
                new FieldManager(context.FieldManager, true, context.Subresource, definition.ApiVersion, now, fields).ToJson());
        }

        return decision;
    }

    private static ResourceError ConflictOf(ResourceKey key, ImmutableArray<ErrorCause> causes)
    {
        var texts = causes.Length == 1
            ? $"conflict: {causes[0].Message}: {causes[0].Field}"
            : $"conflicts: {string.Join('\n', causes.GroupBy(static cause => cause.Message).OrderBy(static group => group.Key, StringComparer.Ordinal).Select(static group => $"{group.Key.Replace("conflict with", "conflicts with", StringComparison.Ordinal)}:\n{string.Join('\n', group.Select(static cause => $"- {cause.Field}"))}"))}";
        return new()
        {
            Code = 409, Reason = "Conflict", Message = $"Apply failed with {causes.Length} {texts}",
            Name = key.Name, Group = key.Type.Group, Kind = key.Type.Resource, Causes = causes,
        };
    }
}
