using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Authorization;
using Crescent.Identity;
using Crescent.Nodes;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// A node writes its own Node and the status of its own pods, see
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/admission-controllers/#noderestriction">NodeRestriction</see>.
/// </summary>
internal sealed class NodeRestriction(IResourceCaches caches) : IAdmission
{
    private const string LeaseNamespace = "kube-node-lease";

    // Labels of these prefixes steer pods; only some of them are a node's to set.
    private static readonly string[] OwnLabels =
    [
        "kubernetes.io/hostname", "kubernetes.io/arch", "kubernetes.io/os", "beta.kubernetes.io/instance-type", "node.kubernetes.io/instance-type",
        "failure-domain.beta.kubernetes.io/region", "failure-domain.beta.kubernetes.io/zone", "topology.kubernetes.io/region", "topology.kubernetes.io/zone",
        "beta.kubernetes.io/arch", "beta.kubernetes.io/os", "node.kubernetes.io/windows-build",
    ];

    public ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (NodeMode.NodeOf(request.User) is not { } node)
        {
            return new((ResourceError?)null);
        }

        return Explain(request, node) is { } why ? new(Forbidden(request, why))
            : request.Type == KnownTypes.Pods && request.IsCreate && request.Subresource.Length == 0 ? new(CheckOwnerAsync(request, node, cancellationToken))
            : new((ResourceError?)null);
    }

    /// <summary>The owner is the Node as it is now, not one of that name that is gone.</summary>
    private async Task<ResourceError?> CheckOwnerAsync(AdmissionRequest request, string name, CancellationToken cancellationToken)
    {
        var nodes = caches.Get(KnownTypes.Nodes);
        if (!nodes.Current.TryGet("", name, out var node) && !(await nodes.GetConsistentAsync(cancellationToken)).TryGet("", name, out node))
        {
            return ResourceErrors.NotFound(KnownTypes.Nodes, name);
        }

        var uid = request.Object.Object("metadata").Objects("ownerReferences").Single().Text("uid");
        return uid == node.Uid ? null : Forbidden(request, $"node {name} UID mismatch: expected {uid} got {node.Uid}");
    }

    private static ResourceError Forbidden(AdmissionRequest request, string why) => ResourceErrors.Forbidden(request.Type, request.Key.Name, why);

    private static string? Explain(AdmissionRequest request, string node)
    {
        if (request.Type == KnownTypes.Pods)
        {
            return request.Subresource switch
            {
                "" => Pod(request, node),
                "status" => PodStatus(request, node),
                "eviction" => IsOn(request.Old, node) ? null : $"node \"{node}\" can only evict pods with spec.nodeName set to itself",
                var other => $"unexpected pod subresource \"{other}\", only 'status' and 'eviction' are allowed",
            };
        }

        if (request.Type == KnownTypes.Nodes)
        {
            return Node(request, node);
        }

        return request.Type == KnownTypes.Leases ? Lease(request, node)
            : request.Type == KnownTypes.CsiNodes && request.Key.Name != node ? "can only access CSINode with the same name as the requesting node"
            : request.Type == KnownTypes.PersistentVolumeClaims ? Claim(request, node)
            : null;
    }

    private static string? Pod(AdmissionRequest request, string node)
    {
        if (request.Operation == AdmissionOperation.Delete)
        {
            return IsOn(request.Old, node) ? null : $"node \"{node}\" can only delete pods with spec.nodeName set to itself";
        }

        if (!request.IsCreate)
        {
            return $"unexpected operation \"UPDATE\", node \"{node}\" can only create and delete mirror pods";
        }

        return request.Object.Object("metadata", "annotations").Text("kubernetes.io/config.mirror").Length == 0
                ? $"pod does not have \"kubernetes.io/config.mirror\" annotation, node \"{node}\" can only create mirror pods"
            : !IsOn(request.Object, node) ? $"node \"{node}\" can only create pods with spec.nodeName set to itself"
            : MirrorOwner(request.Object.Object("metadata").Objects("ownerReferences").ToList(), node) ?? MirrorReferences(request, node);
    }

    private static string? MirrorOwner(List<JsonObject> owners, string node) => owners switch
    {
        [] => $"node \"{node}\" can only create pods with an owner reference set to itself",
        [var owner] when owner.Text("apiVersion") == "v1" && owner.Text("kind") == "Node" && owner.Text("name") == node =>
            !owner.Flag("controller") ? $"node \"{node}\" can only create pods with a controller owner reference set to itself"
            : owner.Flag("blockOwnerDeletion") ? $"node \"{node}\" must not set blockOwnerDeletion on an owner reference" : null,
        [_] => $"node \"{node}\" can only create pods with an owner reference set to itself",
        _ => $"node \"{node}\" can only create pods with a single owner reference set to itself",
    };

    // What a pod names, its node may read: a node that could make such a pod could read anything.
    private static string? MirrorReferences(AdmissionRequest request, string node)
    {
        var spec = request.Object.Object("spec") ?? [];
        var named = PodReferences.Of(request.Key, JsonSerializer.SerializeToElement(spec));
        return spec.Text("serviceAccountName").Length > 0 || spec.Text("serviceAccount").Length > 0 ? $"node \"{node}\" can not create pods that reference a service account"
            : named.Any(static key => key.Type == KnownTypes.Secrets) ? $"node \"{node}\" can not create pods that reference secrets"
            : named.Any(static key => key.Type == KnownTypes.ConfigMaps) ? $"node \"{node}\" can not create pods that reference configmaps"
            : named.Any(static key => key.Type == KnownTypes.PersistentVolumeClaims) ? $"node \"{node}\" can not create pods that reference persistentvolumeclaims"
            : spec.Array("resourceClaims") is { Count: > 0 } ? $"node \"{node}\" can not create pods that reference resourceclaims"
            : null;
    }

    private static string? PodStatus(AdmissionRequest request, string node) =>
        !IsOn(request.Old, node) ? $"node \"{node}\" can only update pod status for pods with spec.nodeName set to itself"
        : !request.Object.Object("metadata")!["labels"].SameAs(request.Old.Object("metadata")!["labels"]) ? $"node \"{node}\" cannot update labels through pod status"
        : null;

    private static string? Node(AdmissionRequest request, string node)
    {
        if (request.Key.Name != node)
        {
            return $"node \"{node}\" is not allowed to modify node \"{request.Key.Name}\"";
        }

        if (request.Operation == AdmissionOperation.Delete)
        {
            return null;
        }

        if (request.IsUpdate && !(request.Object.Object("spec")?["taints"]).SameAs(request.Old.Object("spec")?["taints"]))
        {
            return $"node \"{node}\" is not allowed to modify taints";
        }

        var (labels, before) = (request.Object.Object("metadata", "labels") ?? [], request.Old.Object("metadata", "labels") ?? []);
        var changed = labels.Concat(before).Select(static label => label.Key).Distinct(StringComparer.Ordinal)
            .Where(name => !labels[name].SameAs(before[name]) && IsForbidden(name)).Order(StringComparer.Ordinal).ToList();
        return changed.Count == 0 ? null : $"is not allowed to modify labels: {string.Join(", ", changed)}";
    }

    private static string? Lease(AdmissionRequest request, string node) =>
        request.Key.Namespace != LeaseNamespace ? $"can only access leases in the \"{LeaseNamespace}\" system namespace"
        : request.Key.Name != node ? "can only access node lease with the same name as the requesting node"
        : null;

    // A node grows volumes and says so; everything else of a claim is not its own.
    private static string? Claim(AdmissionRequest request, string node)
    {
        if (request.Subresource != "status" || !request.IsUpdate)
        {
            return $"unexpected operation, node \"{node}\" can only update the status of persistentvolumeclaims";
        }

        var changed = Changed(request.Object, request.Old).Where(static name => name is not ("metadata" or "status"))
            .Concat(Changed(request.Object.Object("metadata"), request.Old.Object("metadata"))
                .Where(static name => name is not ("resourceVersion" or "managedFields")).Select(static name => $"metadata.{name}"))
            .Concat(Changed(request.Object.Object("status"), request.Old.Object("status"))
                .Where(static name => name is not ("capacity" or "conditions" or "allocatedResources" or "allocatedResourceStatuses")).Select(static name => $"status.{name}"))
            .ToList();
        return changed.Count == 0 ? null : $"node \"{node}\" is not allowed to update fields other than status.capacity and status.conditions: {string.Join(", ", changed)}";
    }

    private static IEnumerable<string> Changed(JsonObject? item, JsonObject? old) => (item ?? []).Concat(old ?? []).Select(static member => member.Key)
        .Distinct(StringComparer.Ordinal).Where(name => !(item?[name]).SameAs(old?[name]));

    private static bool IsForbidden(string label)
    {
        var prefix = label.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash ? label[..slash] : "";
        if (prefix == "node-restriction.kubernetes.io" || prefix.EndsWith(".node-restriction.kubernetes.io", StringComparison.Ordinal))
        {
            return true;
        }

        var isKubernetes = prefix is "kubernetes.io" or "k8s.io" || prefix.EndsWith(".kubernetes.io", StringComparison.Ordinal) || prefix.EndsWith(".k8s.io", StringComparison.Ordinal);
        return isKubernetes && !OwnLabels.Contains(label, StringComparer.Ordinal)
            && prefix is not ("kubelet.kubernetes.io" or "node.kubernetes.io") && !prefix.EndsWith(".kubelet.kubernetes.io", StringComparison.Ordinal)
            && !prefix.EndsWith(".node.kubernetes.io", StringComparison.Ordinal);
    }

    private static bool IsOn(JsonObject? pod, string node) => pod.Object("spec").Text("nodeName") == node;
}
