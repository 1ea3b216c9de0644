using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>One write on its way through the <see cref="AdmissionChain"/>.</summary>
internal sealed class AdmissionRequest
{
    private UserInfo? _user;

    public required AdmissionOperation Operation { get; init; }

    public required ResourceKey Key { get; init; }

    public required ResourceDefinition Definition { get; init; }

    public required MutationContext Context { get; init; }

    /// <summary>The object as it would be stored; <see cref="IAdmission.MutateAsync"/> may change it. Null for deletions.</summary>
    public JsonObject? Object { get; init; }

    /// <summary>The object as it is; null for creations. Read only.</summary>
    public JsonObject? Old { get; init; }

    /// <summary>Texts for the client beside the answer.</summary>
    public List<string> Warnings { get; } = [];

    /// <summary>For the audit log, by annotation; null for nothing.</summary>
    public ImmutableDictionary<string, string>? AuditAnnotations { get; private set; }

    public ResourceType Type => Key.Type;

    /// <summary>Status, scale …; empty for the object itself.</summary>
    public string Subresource => Context.Subresource;

    public bool IsCreate => Operation == AdmissionOperation.Create;

    public bool IsUpdate => Operation == AdmissionOperation.Update;

    public UserInfo User => _user ??= Context.ToUser();

    public void Annotate(string name, string text) =>
        AuditAnnotations = (AuditAnnotations ?? ImmutableDictionary<string, string>.Empty).SetItem(name, text);
}
