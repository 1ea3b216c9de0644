using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Validation;

namespace Crescent.Grains.Mutation;

/// <summary>What the pipeline does for one kind beyond what holds for all.</summary>
internal sealed record KindRules
{
    /// <summary>Rule for <c>metadata.name</c>.</summary>
    public Func<string, string?> NameRule { get; init; } = NameRules.Subdomain;

    /// <summary>Sets what a new object starts with, e.g. its first status.</summary>
    public Action<JsonObject> Begin { get; init; } = static _ => { };

    /// <summary>Carries over from the old object what an update may leave out.</summary>
    public Action<JsonObject, JsonObject> Carry { get; init; } = static (_, _) => { };

    /// <summary>Fills defaults in; runs on create and on update.</summary>
    public Action<JsonObject> Default { get; init; } = static _ => { };

    /// <summary>Checks the whole object; runs on create and on update.</summary>
    public Action<JsonObject, Problems> Validate { get; init; } = static (_, _) => { };

    /// <summary>Checks the step from the old object (second) to the new one (first).</summary>
    public Action<JsonObject, JsonObject, Problems> ValidateUpdate { get; init; } = static (_, _, _) => { };

    /// <summary>
    /// Checks what a client writes through <c>status</c> against the old object (second). The control plane's own reports are not asked: they are
    /// counted from what is there.
    /// </summary>
    public Action<JsonObject, JsonObject, Problems> ValidateStatus { get; init; } = static (_, _, _) => { };

    /// <summary>Checks what only a new object may not have.</summary>
    public Action<JsonObject, Problems> ValidateNew { get; init; } = static (_, _) => { };

    /// <summary>Checks what an object created in another version than the stored one must have, in that version's words.</summary>
    public Action<JsonObject, Problems> ValidateNewView { get; init; } = static (_, _) => { };

    /// <summary>Further subresources that write a part of the object, by name.</summary>
    public FrozenDictionary<string, PartRules> Parts { get; init; } = FrozenDictionary<string, PartRules>.Empty;

    /// <summary>A PUT of an absent object creates it.</summary>
    public bool CreatesOnUpdate { get; init; }

    /// <summary>Defaults and checks look at the spec alone: a write that touches nothing but the status need not run them.</summary>
    public bool LeavesStatusAlone { get; init; }

    /// <summary>Labels change only through the object itself, not through its status subresource.</summary>
    public bool StatusKeepsLabels { get; init; }
}
