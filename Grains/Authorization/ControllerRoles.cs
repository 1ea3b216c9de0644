using System.Collections.Immutable;
using Crescent.Authorization;
using static Crescent.Grains.Authorization.RuleWords;

namespace Crescent.Grains.Authorization;

/// <summary>
/// The roles of <see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#controller-roles">Kubernetes' own controllers</see>, each
/// bound to the account of its name in <c>kube-system</c>. The controllers of the silos ask nobody; these are for programs that run one of
/// Kubernetes' controllers by itself, a cloud provider or an autoscaler say, and for installers that look for the names.
/// </summary>
internal static class ControllerRoles
{
    private const string Prefix = "system:controller:";
    private const string Read = "get list watch";
    private const string All = "create delete get list patch update watch";
    private const string Apps = "apps extensions";
    private const string Storage = "storage.k8s.io";
    private const string Devices = "resource.k8s.io";
    private const string Network = "networking.k8s.io";

    private static readonly PolicyRule Events = Rule("create patch update", " events.k8s.io", "events");

    public static ImmutableArray<DefaultRole> Roles { get; } =
    [
        Role("attachdetach-controller",
            Rule("list watch", "", "persistentvolumeclaims persistentvolumes"), Rule(Read, "", "nodes"), Rule("patch update", "", "nodes/status"),
            Rule("list watch", "", "pods"), Events, Rule("create delete get list watch", Storage, "volumeattachments"), Rule(Read, Storage, "csidrivers"),
            Rule(Read, Storage, "csinodes")),
        Role("certificate-controller",
            Rule("delete get list watch", "certificates.k8s.io", "certificatesigningrequests"),
            Rule("update", "certificates.k8s.io", "certificatesigningrequests/approval certificatesigningrequests/status"),
            Rule("approve", "certificates.k8s.io", "signers", "kubernetes.io/kube-apiserver-client-kubelet"),
            Rule("sign", "certificates.k8s.io", "signers",
                "kubernetes.io/kube-apiserver-client kubernetes.io/kube-apiserver-client-kubelet kubernetes.io/kubelet-serving kubernetes.io/legacy-unknown"),
            Rule("create", "authorization.k8s.io", "subjectaccessreviews"), Events),
        Role("clusterrole-aggregation-controller", Rule("escalate get list patch update watch", "rbac.authorization.k8s.io", "clusterroles")),
        Role("cronjob-controller",
            Rule("get list update watch", "batch", "cronjobs"), Rule(All, "batch", "jobs"), Rule("update", "batch", "cronjobs/status"),
            Rule("update", "batch", "cronjobs/finalizers"), Rule("delete list watch", "", "pods"), Events),
        Role("daemon-set-controller",
            Rule(Read, Apps, "daemonsets"), Rule("update", Apps, "daemonsets/status"), Rule("update", Apps, "daemonsets/finalizers"),
            Rule("list watch", "", "nodes"), Rule("create delete list patch watch", "", "pods"), Rule("create", "", "pods/binding"),
            Rule(All, "apps", "controllerrevisions"), Events),
        Role("deployment-controller",
            Rule("get list update watch", Apps, "deployments"), Rule("update", Apps, "deployments/status"), Rule("update", Apps, "deployments/finalizers"),
            Rule(All, Apps, "replicasets"), Rule("get list update watch", "", "pods"), Events),
        Role("device-taint-eviction-controller",
            Rule("delete get list watch", "", "pods"), Rule("patch update", "", "pods/status"), Rule(Read, Devices, "resourceclaims"),
            Rule(Read, Devices, "resourceslices"), Rule(Read, Devices, "deviceclasses"), Events),
        Role("disruption-controller",
            Rule(Read, Apps, "deployments"), Rule(Read, Apps, "replicasets"), Rule(Read, "", "replicationcontrollers"), Rule(Read, "policy", "poddisruptionbudgets"),
            Rule(Read, "apps", "statefulsets"), Rule("update", "policy", "poddisruptionbudgets/status"), Rule("patch update", "", "pods/status"),
            Rule("get", "*", "*/scale"), Events),
        Role("endpoint-controller",
            Rule(Read, "", "pods services"), Rule("create delete get list update watch", "", "endpoints"), Rule("create", "", "endpoints/restricted"), Events),
        Role("endpointslice-controller",
            Rule(Read, "", "nodes pods services"), Rule("update", "", "services/finalizers"),
            Rule("create delete get list update watch", "discovery.k8s.io", "endpointslices"), Events),
        Role("endpointslicemirroring-controller",
            Rule(Read, "", "endpoints services"), Rule("update", "", "services/finalizers"), Rule("update", "", "endpoints/finalizers"),
            Rule("create delete get list update watch", "discovery.k8s.io", "endpointslices"), Events),
        Role("ephemeral-volume-controller",
            Rule(Read, "", "pods"), Rule("update", "", "pods/finalizers"), Rule("create get list watch", "", "persistentvolumeclaims"), Events),
        Role("expand-controller",
            Rule("get list patch update watch", "", "persistentvolumes"), Rule("patch update", "", "persistentvolumeclaims/status"),
            Rule(Read, "", "persistentvolumeclaims"), Events),
        Role("generic-garbage-collector", Rule("delete get list patch update watch", "*", "*"), Events),
        Role("horizontal-pod-autoscaler",
            Rule(Read, "autoscaling", "horizontalpodautoscalers"), Rule("update", "autoscaling", "horizontalpodautoscalers/status"),
            Rule("get update", "*", "*/scale"), Rule("list watch", "", "pods"), Rule("list watch", "metrics.k8s.io", "pods"),
            Rule(Read, "custom.metrics.k8s.io", "*"), Rule(Read, "external.metrics.k8s.io", "*"), Events),
        Role("job-controller",
            Rule("get list patch update watch", "batch", "jobs"), Rule("update", "batch", "jobs/status"), Rule("update", "batch", "jobs/finalizers"),
            Rule("create delete list patch watch", "", "pods"), Events),
        Role("legacy-service-account-token-cleaner",
            Rule("get", "", "configmaps", "kube-apiserver-legacy-service-account-token-tracking"), Rule("delete patch", "", "secrets")),
        Role("namespace-controller",
            Rule("delete get list watch", "", "namespaces"), Rule("update", "", "namespaces/finalize namespaces/status"),
            Rule("delete deletecollection get list watch", "*", "*")),
        Role("node-controller",
            Rule("delete get list patch update watch", "", "nodes"), Rule("patch update", "", "nodes/status"), Rule("patch update", "", "pods/status"),
            Rule("delete get list watch", "", "pods"), Events),
        Role("persistent-volume-binder",
            Rule("create delete get list update watch", "", "persistentvolumes"), Rule("update", "", "persistentvolumes/status"),
            Rule("get list update watch", "", "persistentvolumeclaims"), Rule("update", "", "persistentvolumeclaims/status"),
            Rule("create delete get list watch", "", "pods"), Rule(Read, Storage, "storageclasses"), Rule("list watch", "", "nodes"), Events, Rule("watch", "", "events")),
        Role("pod-garbage-collector", Rule("delete list watch", "", "pods"), Rule(Read, "", "nodes"), Rule("patch", "", "pods/status")),
        Role("pv-protection-controller", Rule("get list update watch", "", "persistentvolumes"), Events),
        Role("pvc-protection-controller",
            Rule("get list update watch", "", "persistentvolumeclaims"), Rule("update", "", "persistentvolumeclaims/status"), Rule(Read, "", "pods"), Events),
        Role("replicaset-controller",
            Rule("get list update watch", Apps, "replicasets"), Rule("update", Apps, "replicasets/status"), Rule("update", Apps, "replicasets/finalizers"),
            Rule("create delete list patch watch", "", "pods"), Events),
        Role("replication-controller",
            Rule("get list update watch", "", "replicationcontrollers"), Rule("update", "", "replicationcontrollers/status"),
            Rule("update", "", "replicationcontrollers/finalizers"), Rule("create delete list patch watch", "", "pods"), Events),
        Role("resource-claim-controller",
            Rule(Read, "", "pods"), Rule("update", "", "pods/finalizers"), Rule("create delete get list watch", Devices, "resourceclaims"),
            Rule("patch update", Devices, "resourceclaims resourceclaims/status"), Rule("patch update", "", "pods/status"),
            Rule("patch update", Devices, "resourceclaims/binding"), Events),
        Role("resourcequota-controller", Rule("list watch", "*", "*"), Rule("update", "", "resourcequotas/status"), Events),
        Role("root-ca-cert-publisher", Rule("create update", "", "configmaps"), Events),
        Role("route-controller", Rule("list watch", "", "nodes"), Rule("patch", "", "nodes/status"), Events),
        Role("selinux-warning-controller",
            Events, Rule(Read, "", "persistentvolumes"), Rule(Read, "", "persistentvolumeclaims"), Rule(Read, "", "pods"), Rule(Read, Storage, "csidrivers")),
        Role("service-account-controller", Rule("create", "", "serviceaccounts"), Events),
        Role("service-cidrs-controller",
            Rule("get list patch update watch", Network, "servicecidrs"), Rule("patch update", Network, "servicecidrs/finalizers"),
            Rule("patch update", Network, "servicecidrs/status"), Rule(Read, Network, "ipaddresses"), Events),
        Role("service-controller", Rule(Read, "", "services"), Rule("patch update", "", "services/status"), Rule("list watch", "", "nodes"), Events),
        Role("statefulset-controller",
            Rule("list watch", "", "pods"), Rule(Read, "apps", "statefulsets"), Rule("update", "apps", "statefulsets/status"),
            Rule("update", "apps", "statefulsets/finalizers"), Rule("create delete get patch update", "", "pods"), Rule(All, "apps", "controllerrevisions"),
            Rule("create get list watch", "", "persistentvolumeclaims"), Rule("delete update", "", "persistentvolumeclaims"), Rule("update", "", "pods/finalizers"), Events),
        Role("ttl-after-finished-controller", Rule("delete get list watch", "batch", "jobs"), Events),
        Role("ttl-controller", Rule("list patch update watch", "", "nodes"), Events),
        Role("validatingadmissionpolicy-status-controller",
            Rule(Read, "admissionregistration.k8s.io", "validatingadmissionpolicies"),
            Rule("get patch update", "admissionregistration.k8s.io", "validatingadmissionpolicies/status"), Events),
        Role("volumeattributesclass-protection-controller",
            Rule(Read, "", "persistentvolumeclaims"), Rule(Read, "", "persistentvolumes"), Rule("get list update watch", Storage, "volumeattributesclasses"), Events),
    ];

    public static ImmutableArray<DefaultBinding> Bindings { get; } =
    [
        .. Roles.Select(static role => new DefaultBinding(
            "", role.Name, new("ClusterRole", role.Name), [new BindingSubject("ServiceAccount", "kube-system", role.Name[Prefix.Length..])])),
    ];

    private static DefaultRole Role(string name, params ImmutableArray<PolicyRule> rules) => new("", Prefix + name, rules);
}
