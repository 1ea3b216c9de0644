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

        var served = Served(definition, context);
        if (!RequestDecoder.TryDecode(
            request.Body, served.ApiVersion, served.Kind, served.SchemaType, context.FieldValidation, out var configuration, out var warnings, out var error))
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

        var type = SchemaCatalog.BuiltIn[served.SchemaType];
        var applied = FieldManagers.Owned(configuration, context.Subresource);
        var fields = FieldSets.Of(applied, type);
        var now = Timestamps.Format(time.GetUtcNow());
        if (current is null)
        {
            return context.Subresource.Length > 0
                ? MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name))
                : WithManagers(await CreateObjectAsync(key, null, context, request.Body, cancellationToken), fields, context, served, now);
        }

        var live = Parse(current);
        var managers = FieldManagers.Of(FieldManagers.Detach(live));
        var shown = ObjectVersions.Show(live, served);
        if (!managers.IsTracked)
        {
            managers.Begin(shown, type, served.ApiVersion, now);
        }

        var taken = FieldSets.Different(applied, shown, type, fields);
        var versions = new ObjectVersions(definition);
        var item = served.Conversion is null && managers.SpeakOnly(served.ApiVersion)
            ? Merge(live, applied, fields, managers, context, type)
            : versions.Merge(
                live, applied, served, managers.Find(context.FieldManager, context.Subresource), managers.Others(context.FieldManager, context.Subresource));
        var changes = new VersionedChanges(versions, live, item, context.Subresource);
        var conflicts = managers.Conflicts(context.FieldManager, context.Subresource, served.ApiVersion, taken, changes);
        if (conflicts.Length > 0 && !request.IsForced)
        {
            return MutationDecision.Refuse(ConflictOf(key, conflicts));
        }

        managers.Apply(context.FieldManager, context.Subresource, served.ApiVersion, now, fields, taken, changes);
        foreach (var name in (ReadOnlySpan<string>)["uid", "resourceVersion"])
        {
            item.Ensure("metadata").CopyFrom(configuration.Object("metadata"), name);
        }

        return await UpdateAsync(key, definition, current, item, context, warnings, cancellationToken, managers);
    }

    private static JsonObject Merge(
        JsonObject live, JsonObject applied, FieldSet fields, FieldManagers managers, MutationContext context, SchemaType? type)
    {
        var gone = managers.OwnedBy(context.FieldManager, context.Subresource).Except(fields);
        var kept = managers.OwnedByOthers(context.FieldManager, context.Subresource).Union(fields);
        var item = (JsonObject)live.DeepClone();
        ApplyMerge.Remove(item, gone, kept, type);
        ApplyMerge.Merge(item, applied, type);
        return item;
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
