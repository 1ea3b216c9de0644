using System.Collections.Frozen;
using System.Collections.Immutable;
using Crescent.Authentication;

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

    /// <summary>Uid of the user; empty when the authenticator knows none.</summary>
    [Id(7)] public string UserUid { get; init; } = "";

    /// <summary>Further facts about the user, e.g. the pod and node of a service account token.</summary>
    [Id(8)] public ImmutableArray<UserFact> UserExtra { get; init; } = [];

    /// <summary>A client of the API writes: what it puts into a status is checked. The control plane's own reports are not.</summary>
    [Id(9)] public bool ChecksStatus { get; init; }

    public UserInfo ToUser() => new()
    {
        Name = User, Uid = UserUid, Groups = Groups,
        Extra = UserExtra.ToFrozenDictionary(static fact => fact.Key, static fact => fact.Values, StringComparer.Ordinal),
    };

    /// <summary>
    /// Context of a controller's own writes: unknown fields are a bug, so no warnings are collected. As owner of fields it is the program that
    /// does its work in Kubernetes, which for nearly all of them is one.
    /// </summary>
    public static MutationContext ForController(string name, string subresource = "") => new()
    {
        User = $"system:controller:{name}", Groups = ["system:masters"], FieldManager = ManagerOf(name), Subresource = subresource,
        FieldValidation = FieldValidation.Ignore,
    };

    private static string ManagerOf(string controller) => controller switch
    {
        "bootstrap-controller" or "rbac-bootstrap-controller" => "kube-apiserver",
        "api-priority-and-fairness-config-producer" => "api-priority-and-fairness-config-producer-v1",
        "kubelet" => "kubelet",
        "default-scheduler" => "kube-scheduler",
        _ => "kube-controller-manager",
    };
}
