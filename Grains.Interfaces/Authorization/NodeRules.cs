using System.Collections.Immutable;

namespace Crescent.Authorization;

/// <summary>The role <c>system:node</c>: all that a node may be allowed; <see cref="NodeMode"/> narrows it to what concerns the node.</summary>
public static class NodeRules
{
    private const string Read = "get list watch";

    public static ImmutableArray<PolicyRule> All { get; } =
    [
        Rule("create", "authentication.k8s.io", "tokenreviews"),
        Rule("create", "authorization.k8s.io", "localsubjectaccessreviews subjectaccessreviews"),
        Rule(Read, "", "services"),
        Rule("create get list watch", "", "nodes"), Rule("patch update", "", "nodes/status"), Rule("patch update", "", "nodes"),
        Rule("create patch update", "", "events"), Rule("create patch update", "events.k8s.io", "events"),
        Rule(Read, "", "pods"), Rule("create delete", "", "pods"), Rule("patch update", "", "pods/status"), Rule("create", "", "pods/eviction"),
        Rule(Read, "", "configmaps secrets"), Rule("get", "", "persistentvolumeclaims persistentvolumes"), Rule("get", "", "endpoints"),
        Rule("create get list watch", "certificates.k8s.io", "certificatesigningrequests"),
        Rule("create delete get patch update", "coordination.k8s.io", "leases"),
        Rule("get", "storage.k8s.io", "volumeattachments"), Rule("create", "", "serviceaccounts/token"), Rule("get", "", "serviceaccounts"),
        Rule("get patch update", "", "persistentvolumeclaims/status"),
        Rule(Read, "storage.k8s.io", "csidrivers"), Rule("create delete get patch update", "storage.k8s.io", "csinodes"),
        Rule(Read, "node.k8s.io", "runtimeclasses"), Rule(Read, "discovery.k8s.io", "endpointslices"),
    ];

    private static PolicyRule Rule(string verbs, string group, string resources) =>
        new() { Verbs = [.. verbs.Split(' ')], ApiGroups = [group], Resources = [.. resources.Split(' ')] };
}
