using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission;
using Crescent.Grains.Mutation.Applying;
using Crescent.Grains.Mutation.Decoding;
using Crescent.Grains.Mutation.Patching;
using Crescent.Grains.Mutation.Validation;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Mutation;

/// <summary>Replace and patch: of the object itself, its status, its scale, its finalizers.</summary>
internal sealed partial class MutationPipeline
{
    private const string ScaleType = "k8s.io.api.autoscaling.v1.Scale";

    public async ValueTask<MutationDecision> DecideReplaceAsync(
        ResourceKey key, ResourceSnapshot? current, ReplaceRequest request, CancellationToken cancellationToken)
    {
        var definition = ResourceCatalog.BuiltIn[key.Type];
        var context = request.Context;
        if (current is null)
        {
            return context.Subresource.Length == 0 && BuiltInRules.Of(key.Type).CreatesOnUpdate
                ? await CreateObjectAsync(key, null, context, request.Body, cancellationToken)
                : MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name));
        }

        var isScale = context.Subresource == "scale";
        if (!(isScale
            ? RequestDecoder.TryDecode(request.Body, "autoscaling/v1", "Scale", ScaleType, context.FieldValidation, out var item, out var warnings, out var error)
            : TryDecode(request.Body, Served(definition, context), context, out item, out warnings, out error)))
        {
            return MutationDecision.Refuse(error);
        }

        return isScale
            ? Scale(key, current, item, request.Context, warnings)
            : await UpdateAsync(key, definition, current, item, context, warnings, cancellationToken);
    }

    public async ValueTask<MutationDecision> DecidePatchAsync(
        ResourceKey key, ResourceSnapshot? current, PatchRequest request, CancellationToken cancellationToken)
    {
        var definition = ResourceCatalog.BuiltIn[key.Type];
        if (request.Kind == PatchKind.Apply)
        {
            return await ApplyAsync(key, definition, current, request, cancellationToken);
        }

        if (current is null)
        {
            return MutationDecision.Refuse(ResourceErrors.NotFound(key.Type, key.Name));
        }

        if (CheckPreconditions(key, current, request.Preconditions) is { } failed)
        {
            return MutationDecision.Refuse(failed);
        }

        var isScale = request.Context.Subresource == "scale";
        var served = Served(definition, request.Context);
        var duplicates = new List<string>();
        var patch = BodyDecoder.Decode(request.Body, duplicates, out var syntax);
        if (syntax is not null || patch is null)
        {
            return MutationDecision.Refuse(ResourceErrors.BadRequest($"error decoding patch: {syntax ?? "the body is empty"}"));
        }

        var isStatusAlone = served.Conversion is null && IsStatusAlone(definition, request, patch);
        var (document, typeName) = isScale ? (ScaleProjection.Of(current), ScaleType)
            : (isStatusAlone ? StatusOf(current) : Parse(current), served.SchemaType);
        if (!isScale)
        {
            served.Conversion?.FromStored(document);
            if (request.Body.AsSpan().IndexOf("managedFields"u8) < 0)
            {
                FieldManagers.Detach(document);
            }
        }

        if (Patch(document, request, patch, typeName, out var refused) is not { } patched)
        {
            return MutationDecision.Refuse(refused!);
        }

        var conforming = RequestDecoder.ConformPatched(patched, request.Body, typeName, duplicates, request.Context.FieldValidation, out var warnings);
        if (conforming is not null)
        {
            return MutationDecision.Refuse(conforming);
        }

        if (patched.Text("kind") is { Length: > 0 } kind && kind != (isScale ? "Scale" : definition.Kind))
        {
            return MutationDecision.Refuse(ResourceErrors.BadRequest($"a patch cannot change the kind from {definition.Kind} to {kind}"));
        }

        if (!isScale)
        {
            served.Conversion?.ToStored(patched);
        }

        return isScale
            ? Scale(key, current, patched, request.Context, warnings)
            : await UpdateAsync(key, definition, current, patched, request.Context, warnings, cancellationToken, isStatusAlone: isStatusAlone);
    }

    private static JsonObject? Patch(JsonObject document, PatchRequest request, JsonNode patch, string typeName, out ResourceError? error)
    {
        string? problem = null;
        JsonNode? patched;
        switch (request.Kind, patch)
        {
            case (PatchKind.Json, JsonArray operations):
                patched = JsonPatch.Apply(document, operations, out problem);
                break;
            case (PatchKind.Merge, JsonObject):
                patched = MergePatch.Apply(document, patch);
                break;
            case (PatchKind.Strategic, JsonObject changes):
                patched = StrategicMergePatch.Apply(document, changes, typeName, SchemaCatalog.BuiltIn, out problem);
                break;
            default:
                error = ResourceErrors.BadRequest(request.Kind == PatchKind.Json
                    ? "error decoding patch: json: cannot unmarshal object into Go value of type jsonpatch.Patch"
                    : $"error decoding patch: json: cannot unmarshal {(patch is JsonArray ? "array" : "value")} into Go value of type map[string]interface {{}}");
                return null;
        }

        error = problem is not null || patched is not JsonObject
            ? new() { Code = 422, Reason = "Invalid", Message = $"the server rejected our request due to an error in our request: {problem ?? "the patched document is no object"}" }
            : null;
        return error is null ? (JsonObject)patched! : null;
    }

    private async ValueTask<MutationDecision> UpdateAsync(
        ResourceKey key, ResourceDefinition definition, ResourceSnapshot current, JsonObject item, MutationContext context,
        ImmutableArray<string> warnings, CancellationToken cancellationToken, FieldManagers? managers = null, bool isStatusAlone = false)
    {
        var rules = BuiltInRules.Of(key.Type);
        var old = isStatusAlone ? Open(current) : Parse(current);
        var entries = FieldManagers.Detach(old);
        var metadata = item.Ensure("metadata");
        if ((ObjectMetadata.CheckNames(key, metadata) ?? CheckBodyPreconditions(key, current, metadata)) is { } refused)
        {
            return MutationDecision.Refuse(refused);
        }

        var given = FieldManagers.Detach(item);
        var written = managers is null && given is not null && !given.SameAs(entries) ? FieldManagers.WrittenIn(given) : null;
        PartRules? part = null;
        ObjectMetadata.Carry(key, metadata, old.Object("metadata"));
        item["apiVersion"] = definition.ApiVersion;
        item["kind"] = definition.Kind;
        switch (context.Subresource)
        {
            case "":
                if (definition.HasStatus)
                {
                    item.CopyFrom(old, "status");
                }

                rules.Carry(item, old);
                break;
            case "status" when definition.HasStatus:
                item = WithStatus(old, item, rules);
                metadata = item.Object("metadata")!;
                break;
            case "approval" when key.Type == KnownTypes.CertificateSigningRequests:
                item = WithApproval(old, item);
                metadata = item.Object("metadata")!;
                break;
            case "finalize" when key.Type == KnownTypes.Namespaces:
                item = WithFinalizers(old, item);
                metadata = item.Object("metadata")!;
                break;
            case var name when rules.Parts.TryGetValue(name, out part):
                var whole = (JsonObject)old.DeepClone();
                part.Take(whole, item);
                item = whole;
                metadata = item.Object("metadata")!;
                break;
            default:
                return MutationDecision.Refuse(ResourceErrors.MethodNotAllowed(key.Type, $"update of {context.Subresource}"));
        }

        if (!isStatusAlone)
        {
            rules.Default(item);
        }

        var admitted = new AdmissionRequest
        {
            Operation = AdmissionOperation.Update, Key = key, Definition = definition, Context = context, Object = item, Old = old,
        };
        if (await admission.MutateAsync(admitted, cancellationToken) is { } rejected)
        {
            return MutationDecision.Refuse(rejected);
        }

        var problems = new Problems();
        MetadataValidation.Validate(metadata, "metadata", problems);
        CheckFinalizers(metadata, old.Object("metadata"), problems);
        if (!isStatusAlone)
        {
            rules.Validate(item, problems);
            (part?.ValidateUpdate ?? rules.ValidateUpdate)(item, old, problems);
        }

        if (context.Subresource == "status" && context.ChecksStatus)
        {
            rules.ValidateStatus(item, old, problems);
        }

        if (!problems.IsEmpty)
        {
            return MutationDecision.Refuse(ResourceErrors.Invalid(definition.Group, definition.Kind, key.Name, problems.Causes));
        }

        if (await admission.CheckAsync(admitted, cancellationToken) is { } forbidden)
        {
            return MutationDecision.Refuse(forbidden).Noting(admitted);
        }

        if (key.Type == KnownTypes.Services && context.Subresource.Length == 0
            && await services.AdmitAsync(key, item, old, context.IsDryRun, cancellationToken) is { } unallocated)
        {
            return MutationDecision.Refuse(unallocated);
        }

        return Finish(
            definition, item, old, Owners(definition, item, old, entries, context, managers, written), entries, warnings.AddRange(admitted.Warnings), isStatusAlone).Noting(admitted);
    }

    /// <summary>Who owns what afterwards: plain writes of a tracked object take over what they change.</summary>
    private JsonArray? Owners(
        ResourceDefinition definition, JsonObject item, JsonObject old, JsonArray? entries, MutationContext context, FieldManagers? applied, FieldManagers? written)
    {
        if (applied is not null)
        {
            return applied.ToJson();
        }

        if (!(written?.IsTracked ?? entries is not null))
        {
            return written is null ? entries : null;
        }

        var speaks = Served(definition, context).ApiVersion;
        var changes = new VersionedChanges(new(definition), old, item, context.Subresource);
        if (changes.In(speaks).All.IsEmpty)
        {
            return written?.ToJson() ?? entries;
        }

        var owners = written?.ToJson() ?? entries!;
        FieldManagers.Update(
            owners, ManagerOf(context), context.Subresource, speaks, Timestamps.Format(time.GetUtcNow()), changes);
        return owners;
    }

    /// <summary>Writes, keeps or removes: an update may change nothing, or take away what kept a deleted object.</summary>
    /// <param name="definition">The kind.</param>
    /// <param name="item">The new state without its owners.</param>
    /// <param name="old">The stored one without its owners.</param>
    /// <param name="owners">Owners afterwards.</param>
    /// <param name="oldOwners">Owners before.</param>
    /// <param name="warnings">For the answer.</param>
    /// <param name="isStatusAlone">Nothing but metadata and status can differ.</param>
    private static MutationDecision Finish(
        ResourceDefinition definition, JsonObject item, JsonObject old, JsonArray? owners, JsonArray? oldOwners, ImmutableArray<string> warnings,
        bool isStatusAlone = false)
    {
        var metadata = item.Object("metadata")!;
        var isSame = isStatusAlone ? metadata.SameAs(old.Object("metadata")) && item["status"].SameAs(old["status"]) : item.SameAs(old);
        if (definition.HasGeneration && !isSame && !isStatusAlone && IsSpecChanged(item, old))
        {
            metadata["generation"] = (old.Object("metadata").Integer("generation") ?? 0) + 1;
        }

        var isKept = isSame && (ReferenceEquals(owners, oldOwners) || owners.SameAs(oldOwners));
        if (owners is { Count: > 0 })
        {
            metadata["managedFields"] = owners;
        }

        if (metadata.Has("deletionTimestamp") && (metadata.Integer("deletionGracePeriodSeconds") ?? 0) == 0 && !HasFinalizers(item))
        {
            return MutationDecision.Remove(ObjectMetadata.Arrange(item), warnings);
        }

        return isKept ? MutationDecision.Keep(warnings) : MutationDecision.Write(MutationOutcome.Updated, ObjectMetadata.Arrange(item), warnings);
    }

    private static bool HasFinalizers(JsonObject item) =>
        item.Object("metadata").Array("finalizers") is { Count: > 0 }
        || (item.Text("kind") == "Namespace" && item.Object("spec").Array("finalizers") is { Count: > 0 });

    private static bool IsSpecChanged(JsonObject item, JsonObject old) =>
        item.Select(static member => member.Key).Union(old.Select(static member => member.Key), StringComparer.Ordinal)
            .Where(static name => name is not ("metadata" or "status")).Any(name => !item[name].SameAs(old[name]));

    private static JsonObject WithStatus(JsonObject old, JsonObject item, KindRules rules)
    {
        var result = (JsonObject)old.DeepClone();
        result.CopyFrom(item, "status");
        CopyMetadata(result, item, rules.StatusKeepsLabels);
        return result;
    }

    // An approval changes the verdict, and what everybody may note about an object.
    private static JsonObject WithApproval(JsonObject old, JsonObject item)
    {
        var result = (JsonObject)old.DeepClone();
        result.Ensure("status").CopyFrom(item.Object("status"), "conditions");
        CopyMetadata(result, item, keepsLabels: false);
        return result;
    }

    private static JsonObject WithFinalizers(JsonObject old, JsonObject item)
    {
        var result = (JsonObject)old.DeepClone();
        result.CopyFrom(item, "spec");
        CopyMetadata(result, item, keepsLabels: false);
        return result;
    }

    private static void CopyMetadata(JsonObject result, JsonObject item, bool keepsLabels)
    {
        var (metadata, changed) = (result.Ensure("metadata"), item.Object("metadata"));
        metadata.CopyFrom(changed, "annotations");
        metadata.CopyFrom(changed, "finalizers");
        if (!keepsLabels)
        {
            metadata.CopyFrom(changed, "labels");
        }
    }

    private static ResourceError? CheckBodyPreconditions(ResourceKey key, ResourceSnapshot current, JsonObject metadata)
    {
        if (metadata.Text("uid") is { Length: > 0 } uid && uid != current.Uid)
        {
            return ResourceErrors.Conflict(key.Type, key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        }

        if (metadata.Text("resourceVersion") is not { Length: > 0 } text || text == "0")
        {
            return null;
        }

        return !ResourceVersion.TryParse(text, out var version)
            ? ResourceErrors.BadRequest($"resourceVersion: Invalid value: \"{text}\": must be a decimal number")
            : version != current.Version ? ResourceErrors.StaleVersion(key.Type, key.Name) : null;
    }

    private static void CheckFinalizers(JsonObject metadata, JsonObject? old, Problems problems)
    {
        if (!old.Has("deletionTimestamp"))
        {
            return;
        }

        var added = metadata.Texts("finalizers").Except(old.Texts("finalizers"), StringComparer.Ordinal).ToList();
        if (added.Count > 0)
        {
            problems.Forbidden("metadata.finalizers", $"no new finalizers can be added if the object is being deleted, found new finalizers []string{{{string.Join(", ", added.Select(static name => $"\"{name}\""))}}}");
        }
    }

    private MutationDecision Scale(
        ResourceKey key, ResourceSnapshot current, JsonObject scale, MutationContext context, ImmutableArray<string> warnings)
    {
        var metadata = scale.Ensure("metadata");
        if ((ObjectMetadata.CheckNames(key, metadata) ?? CheckBodyPreconditions(key, current, metadata)) is { } refused)
        {
            return MutationDecision.Refuse(refused);
        }

        var replicas = scale.Object("spec").Integer("replicas") ?? 0;
        if (replicas < 0)
        {
            var problems = new Problems();
            problems.NonNegative(scale.Object("spec"), "replicas", "spec");
            return MutationDecision.Refuse(ResourceErrors.Invalid("autoscaling", "Scale", key.Name, problems.Causes));
        }

        var old = Parse(current);
        var item = (JsonObject)old.DeepClone();
        item.Ensure("spec")["replicas"] = replicas;
        var (definition, entries) = (ResourceCatalog.BuiltIn[key.Type], FieldManagers.Detach(old));
        FieldManagers.Detach(item);
        return Finish(definition, item, old, Owners(definition, item, old, entries, context, applied: null, written: null), entries, warnings);
    }
}
