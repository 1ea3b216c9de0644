using System.Collections.Immutable;

namespace Crescent.Resources;

/// <summary>What every mutation carries beside its body.</summary>
[GenerateSerializer, Immutable, Alias("resources.MutationContext")]
public sealed class MutationContext
{
    /// <summary>User name, e.g. <c>kubernetes-admin</c>, <c>system:node:n1</c>; controllers use <c>system:controller:NAME</c>.</summary>
    [Id(0)] public required string User { get; init; }

    /// <summary>Groups of the user.</summary>
    [Id(1)] public ImmutableArray<string> Groups { get; init; } = [];

    /// <summary><c>fieldManager</c> query parameter or the first part of the user agent.</summary>
    [Id(2)] public string FieldManager { get; init; } = "";

    /// <summary>Subresource written to: <c>status</c>, <c>scale</c>, <c>binding</c>, <c>finalize</c>; empty for the object itself.</summary>
    [Id(3)] public string Subresource { get; init; } = "";

    /// <summary>Run everything, commit nothing (<c>dryRun=All</c>).</summary>
    [Id(4)] public bool IsDryRun { get; init; }

    /// <summary>What to do with unknown and duplicate fields.</summary>
    [Id(5)] public FieldValidation FieldValidation { get; init; } = FieldValidation.Warn;

    /// <summary>apiVersion the body is in; empty: the version that is stored.</summary>
    [Id(6)] public string ApiVersion { get; init; } = "";

    /// <summary>Context of a controller's own writes: unknown fields are a bug, so no warnings are collected.</summary>
    public static MutationContext ForController(string name, string subresource = "") => new()
    {
        User = $"system:controller:{name}", Groups = ["system:masters"], FieldManager = name, Subresource = subresource,
        FieldValidation = FieldValidation.Ignore,
    };
}
