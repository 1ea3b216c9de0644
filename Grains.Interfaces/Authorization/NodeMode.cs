using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Authorization;

/// <summary>
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/node/">Node authorization</see>: a node reads its own Node, its pods, and
/// the Secrets, ConfigMaps, claims and accounts those pods name.
/// </summary>
internal sealed class NodeMode(IResourceCaches caches) : IAuthorizationMode
{
    private const string UserPrefix = "system:node:";
    private const string LeaseNamespace = "kube-node-lease";
    private static readonly ConditionalWeakTable<ResourceSnapshot, object> References = [];

    /// <summary>The node a user is; null for everybody else.</summary>
    public static string? NodeOf(UserInfo user) =>
        user.Name.Length > UserPrefix.Length && user.Name.StartsWith(UserPrefix, StringComparison.Ordinal) && user.Groups.Contains(WellKnownGroups.Nodes)
            ? user.Name[UserPrefix.Length..]
            : null;

    public ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken) =>
        NodeOf(request.User) is { } node ? DecideAsync(node, request, cancellationToken) : new(AccessDecision.Refuse());

    public ValueTask<GrantedRules> GetRulesAsync(UserInfo user, string ns, CancellationToken cancellationToken) => new(
        NodeOf(user) is null ? GrantedRules.None : new() { Problems = ["node authorizer does not support user rule resolution"] });

    private async ValueTask<AccessDecision> DecideAsync(string node, AccessRequest request, CancellationToken cancellationToken)
    {
        if (!request.IsResource)
        {
            return AccessDecision.Refuse();
        }

        var why = (request.Group, request.Resource) switch
        {
            ("", "secrets" or "configmaps" or "persistentvolumeclaims") => await ReadsAsync(node, request, cancellationToken),
            ("", "persistentvolumes") => await ReadsVolumeAsync(node, request, cancellationToken),
            ("", "serviceaccounts") when request.Subresource == "token" => await CreatesTokenAsync(node, request, cancellationToken),
            ("", "serviceaccounts") => await ReadsAsync(node, request, cancellationToken),
            ("", "pods") when request.Verb is "get" or "list" or "watch" => await ReadsPodsAsync(node, request, cancellationToken),
            ("", "nodes") => TouchesNode(node, request),
            ("coordination.k8s.io", "leases") => TouchesLease(node, request),
            ("storage.k8s.io", "volumeattachments") => await ReadsAttachmentAsync(node, request, cancellationToken),
            ("storage.k8s.io", "csinodes") => request.Name == node || request.Verb == "create" ? null : "can only access CSINode with the same name as the requesting node",
            _ => null,
        };
        if (why is not null)
        {
            return AccessDecision.Refuse(why);
        }

        foreach (var rule in NodeRules.All)
        {
            if (rule.Covers(request))
            {
                return AccessDecision.Allow();
            }
        }

        return AccessDecision.Refuse();
    }

    private async ValueTask<string?> ReadsAsync(string node, AccessRequest request, CancellationToken cancellationToken)
    {
        if (request.Verb is not ("get" or "list" or "watch") && request.Subresource != "status")
        {
            return "can only read resources of this type";
        }

        if (request.Subresource is not ("" or "status"))
        {
            return "cannot read subresource";
        }

        var name = request.Name.Length > 0 ? request.Name : RequiredOf("metadata.name", request.FieldSelector);
        if (name.Length == 0)
        {
            return "No Object name found";
        }

        return await IsNamedByPodAsync(node, new(new(request.Group, request.Resource), request.Namespace, name), cancellationToken)
            ? null
            : $"no relationship found between node '{node}' and this object";
    }

    private async ValueTask<string?> CreatesTokenAsync(string node, AccessRequest request, CancellationToken cancellationToken) =>
        request.Verb != "create" || request.Name.Length == 0 ? "can only create tokens for individual service accounts"
        : await IsNamedByPodAsync(node, new(KnownTypes.ServiceAccounts, request.Namespace, request.Name), cancellationToken) ? null
        : $"no relationship found between node '{node}' and this object";

    // A pod names a claim, and the claim its volume.
    private async ValueTask<string?> ReadsVolumeAsync(string node, AccessRequest request, CancellationToken cancellationToken)
    {
        var pods = caches.Get(KnownTypes.Pods);
        var claims = caches.Get(KnownTypes.PersistentVolumeClaims);
        await pods.WaitUntilLoadedAsync(cancellationToken);
        await claims.WaitUntilLoadedAsync(cancellationToken);
        var view = claims.Current;
        foreach (var pod in pods.Current.OnNode(node))
        {
            foreach (var key in ReferencesOf(pod))
            {
                if (key.Type == KnownTypes.PersistentVolumeClaims && view.TryGet(key.Namespace, key.Name, out var claim)
                    && TextOf(claim, "spec", "volumeName") is { Length: > 0 } volume && volume == request.Name)
                {
                    return null;
                }
            }
        }

        return $"no relationship found between node '{node}' and this object";
    }

    private async ValueTask<string?> ReadsAttachmentAsync(string node, AccessRequest request, CancellationToken cancellationToken)
    {
        var cache = caches.Get(KnownTypes.VolumeAttachments);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        return cache.Current.TryGet("", request.Name, out var attachment) && TextOf(attachment, "spec", "nodeName") == node
            ? null
            : $"no relationship found between node '{node}' and this object";
    }

    private async ValueTask<string?> ReadsPodsAsync(string node, AccessRequest request, CancellationToken cancellationToken)
    {
        if (request.Name.Length == 0)
        {
            return RequiredOf("spec.nodeName", request.FieldSelector) == node ? null : "can only list/watch pods with spec.nodeName field selector";
        }

        var cache = caches.Get(KnownTypes.Pods);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        return cache.Current.TryGet(request.Namespace, request.Name, out var pod) && pod.Fields.GetValueOrDefault("spec.nodeName") == node
            ? null
            : $"no relationship found between node '{node}' and this object";
    }

    private static string? TouchesNode(string node, in AccessRequest request) =>
        request.Verb == "create" || request.Name == node || (request.Name.Length == 0 && RequiredOf("metadata.name", request.FieldSelector) == node) ? null
        : request.Verb is "get" or "list" or "watch" ? $"node '{node}' cannot read {(request.Name.Length == 0 ? "all nodes" : $"'{request.Name}'")}, only its own Node object"
        : null;

    private static string? TouchesLease(string node, in AccessRequest request) =>
        request.Verb is not ("get" or "create" or "update" or "patch" or "delete") ? "can only get, create, update, patch, or delete a node lease"
        : request.Namespace != LeaseNamespace ? $"can only access leases in the \"{LeaseNamespace}\" system namespace"
        : request.Verb != "create" && request.Name != node ? "can only access node lease with the same name as the requesting node"
        : null;

    /// <summary>
    /// The value a selector demands of a field; empty when it leaves it open. No node and no object has a name that needs an escape, so a
    /// selector with one is not taken apart: what looks like a term of its own could be part of another's value.
    /// </summary>
    internal static string RequiredOf(string field, string selector)
    {
        if (selector.Contains('\\', StringComparison.Ordinal))
        {
            return string.Empty;
        }

        foreach (var term in selector.Split(','))
        {
            if (term.StartsWith(field, StringComparison.Ordinal) && term.AsSpan(field.Length) is ['=', .. var value])
            {
                return value.TrimStart('=').ToString();
            }
        }

        return string.Empty;
    }

    private async ValueTask<bool> IsNamedByPodAsync(string node, ResourceKey key, CancellationToken cancellationToken)
    {
        var cache = caches.Get(KnownTypes.Pods);
        await cache.WaitUntilLoadedAsync(cancellationToken);
        foreach (var pod in cache.Current.OnNode(node))
        {
            if (pod.Key.Namespace == key.Namespace && ReferencesOf(pod).Contains(key))
            {
                return true;
            }
        }

        return false;
    }

    private static ImmutableArray<ResourceKey> ReferencesOf(ResourceSnapshot pod) =>
        (ImmutableArray<ResourceKey>)References.GetValue(pod, static item => PodReferences.Of(item));

    private static string TextOf(ResourceSnapshot snapshot, params ReadOnlySpan<string> path)
    {
        using var document = JsonDocument.Parse(snapshot.Body);
        return document.RootElement.Text(path);
    }
}
