using System.Collections.Immutable;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Grains.Mutation.Admission;
using Crescent.Grains.Mutation.Applying;
using Crescent.Grains.Mutation.Decoding;
using Crescent.Grains.Mutation.Validation;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Schema;

namespace Crescent.Grains.Mutation;

/// <summary>Creation, and what creation and update share.</summary>
internal sealed partial class MutationPipeline(
    AdmissionChain admission, ServiceAdmission services, TimeProvider time) : IMutationPipeline
{
    private static readonly JsonDocumentOptions Deep = new() { MaxDepth = 512 };

    public async ValueTask<MutationDecision> DecideCreateAsync(
        ResourceKey key, ResourceSnapshot? current, CreateRequest request, CancellationToken cancellationToken) => request.Context.Subresource switch
        {
            "" => await CreateObjectAsync(key, current, request.Context, request.Body, cancellationToken),
            "binding" => Bind(key, current, request),
            "eviction" => await RefuseEvictionAsync(key, current, request.Context, cancellationToken) ?? Evict(key, current, request),
            var subresource => MutationDecision.Refuse(ResourceErrors.MethodNotAllowed(key.Type, $"create of {subresource}")),
        };

    private async ValueTask<MutationDecision> CreateObjectAsync(
        ResourceKey key, ResourceSnapshot? current, MutationContext context, byte[] body, CancellationToken cancellationToken)
    {
        var definition = ResourceCatalog.BuiltIn[key.Type];
        var rules = BuiltInRules.Of(key.Type);
        var served = Served(definition, context);
        if (!TryDecode(body, served, context, out var item, out var warnings, out var error))
        {
            return MutationDecision.Refuse(error);
        }

        var metadata = item.Ensure("metadata");
        error = ObjectMetadata.CheckNames(key, metadata);
        if (error is null && metadata.Text("resourceVersion") is not ("" or "0"))
        {
            error = ResourceErrors.BadRequest("resourceVersion should not be set on objects to be created");
        }

        if (error is not null)
        {
            return MutationDecision.Refuse(error);
        }

        if (current is not null)
        {
            return MutationDecision.Refuse(current.DeletionTimestamp is null ? ResourceErrors.AlreadyExists(key.Type, key.Name) : BeingDeleted(key));
        }

        ObjectMetadata.Begin(key, definition, metadata, time.GetUtcNow());
        if (definition.HasStatus && key.Type != KnownTypes.Nodes)
        {
            item.Remove("status");
        }

        rules.Default(item);
        var admitted = new AdmissionRequest { Operation = AdmissionOperation.Create, Key = key, Definition = definition, Context = context, Object = item };
        if (await admission.MutateAsync(admitted, cancellationToken) is { } refused)
        {
            return MutationDecision.Refuse(refused);
        }

        rules.Begin(item);
        var problems = new Problems();
        MetadataValidation.Name(key.Name, rules.NameRule, problems);
        MetadataValidation.Validate(metadata, "metadata", problems);
        rules.Validate(item, problems);
        rules.ValidateNew(item, problems);
        if (served.Conversion is not null)
        {
            rules.ValidateNewView(item, problems);
        }

        if (!problems.IsEmpty)
        {
            return MutationDecision.Refuse(ResourceErrors.Invalid(definition.Group, definition.Kind, key.Name, problems.Causes));
        }

        if (await admission.CheckAsync(admitted, cancellationToken) is { } forbidden)
        {
            return MutationDecision.Refuse(forbidden).Noting(admitted);
        }

        if (key.Type == KnownTypes.Services && await services.AdmitAsync(key, item, null, context.IsDryRun, cancellationToken) is { } unallocated)
        {
            return MutationDecision.Refuse(unallocated);
        }

        metadata["managedFields"] = FieldsWriter.First(
            ObjectVersions.Show(item, served), ManagerOf(context), served.ApiVersion, Timestamps.Format(time.GetUtcNow()), ObjectVersions.TypeOf(served));

        return MutationDecision.Write(MutationOutcome.Created, ObjectMetadata.Arrange(item), warnings.AddRange(admitted.Warnings)).Noting(admitted);
    }

    /// <summary>The definition of the version a request speaks.</summary>
    private static ResourceDefinition Served(ResourceDefinition definition, MutationContext context) =>
        context.ApiVersion.Length > 0 && ResourceCatalog.BuiltIn.TryGetKind(context.ApiVersion, definition.Kind, out var served) ? served : definition;

    /// <summary>Reads a body of a served version and brings it into the stored form.</summary>
    private static bool TryDecode(
        byte[] body, ResourceDefinition served, MutationContext context, [NotNullWhen(true)] out JsonObject? item,
        out ImmutableArray<string> warnings, [NotNullWhen(false)] out ResourceError? error)
    {
        if (!RequestDecoder.TryDecode(body, served.ApiVersion, served.Kind, served.SchemaType, context.FieldValidation, out item, out warnings, out error))
        {
            return false;
        }

        served.Conversion?.ToStored(item);
        return true;
    }

    private static ResourceError BeingDeleted(ResourceKey key)
    {
        var exists = ResourceErrors.AlreadyExists(key.Type, key.Name);
        return new()
        {
            Code = exists.Code, Reason = exists.Reason, Message = $"object is being deleted: {exists.Message}",
            Name = exists.Name, Group = exists.Group, Kind = exists.Kind,
        };
    }

    private static JsonObject Parse(ResourceSnapshot snapshot) => BodyDecoder.DecodeStored(snapshot.Body);

    private static string ManagerOf(MutationContext context) => context.FieldManager.Length > 0 ? context.FieldManager : "unknown";

    /// <summary>
    /// The stored object for a small change: what is not looked at stays text and is written as it stands. Not for comparing with what
    /// <see cref="Parse"/> gives, which costs more than it saves.
    /// </summary>
    private static JsonObject Open(ResourceSnapshot snapshot) => (JsonObject)JsonNode.Parse(snapshot.Body, documentOptions: Deep)!;

    private static ResourceError? CheckPreconditions(ResourceKey key, ResourceSnapshot current, Preconditions? preconditions)
    {
        if (preconditions?.Uid is { Length: > 0 } uid && uid != current.Uid)
        {
            return ResourceErrors.Conflict(key.Type, key.Name, $"Precondition failed: UID in precondition: {uid}, UID in object meta: {current.Uid}");
        }

        return preconditions?.Version is { Value: > 0 } version && version != current.Version
            ? ResourceErrors.Conflict(
                key.Type, key.Name, $"Precondition failed: ResourceVersion in precondition: {version}, ResourceVersion in object meta: {current.Version}")
            : null;
    }
}
