using System.Collections.Immutable;
using Crescent.Authorization;
using static Crescent.Grains.Authorization.RuleWords;

namespace Crescent.Grains.Authorization;

/// <summary>
/// The <see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#default-roles-and-role-bindings">default roles and bindings</see>.
/// Those of controllers are in <see cref="ControllerRoles"/>.
/// </summary>
internal static class DefaultPolicy
{
    private const string Read = "get list watch";
    private const string Write = "create update patch delete deletecollection";
    private const string ReadWrite = "get list watch create update patch delete deletecollection";
    private const string Rbac = "rbac.authorization.k8s.io";
    private const string Certificates = "certificates.k8s.io";

    public static ImmutableArray<DefaultRole> Roles { get; } =
    [
        new("", "cluster-admin", PolicyRule.Everything),
        new("", "admin", []) { Aggregates = "admin" },
        new("", "edit", []) { Aggregates = "edit", AggregatesTo = ["admin"] },
        new("", "view", []) { Aggregates = "view", AggregatesTo = ["edit"] },
        new("", "system:aggregate-to-admin", Admin()) { AggregatesTo = ["admin"] },
        new("", "system:aggregate-to-edit", Edit()) { AggregatesTo = ["edit"] },
        new("", "system:aggregate-to-view", View()) { AggregatesTo = ["view"] },
        new("", "system:discovery",
        [
            Paths("/api /api/* /apis /apis/* /healthz /livez /openapi /openapi/* /readyz /version /version/"),
        ]),
        new("", "system:public-info-viewer", [Paths("/healthz /livez /readyz /version /version/")]),
        new("", "system:monitoring", [Paths("/healthz /healthz/* /livez /livez/* /metrics /metrics/slis /readyz /readyz/*")]),
        new("", "system:basic-user",
        [
            Rule("create", "authorization.k8s.io", "selfsubjectaccessreviews selfsubjectrulesreviews"),
            Rule("create", "authentication.k8s.io", "selfsubjectreviews"),
        ]),
        new("", "system:service-account-issuer-discovery", [Paths("/.well-known/openid-configuration /.well-known/openid-configuration/ /openid/v1/jwks /openid/v1/jwks/")]),
        new("", "system:auth-delegator",
        [
            Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        ]),
        new("", "system:kube-aggregator", [Rule(Read, "", "endpoints services"), Rule(Read, "discovery.k8s.io", "endpointslices")]),
        new("", "system:heapster", [Rule(Read, "", "events namespaces nodes pods"), Rule(Read, "extensions", "deployments")]),
        new("", "system:kube-dns", [Rule("list watch", "", "endpoints services")]),
        new("", "system:node", NodeRules.All),
        new("", "system:node-bootstrapper", [Rule("create get list watch", Certificates, "certificatesigningrequests")]),
        new("", "system:node-problem-detector",
        [
            Rule("get", "", "nodes"), Rule("patch", "", "nodes/status"), .. Events(),
        ]),
        new("", "system:node-proxier",
        [
            Rule("list watch", "", "endpoints services"), Rule("get list watch", "", "nodes"), Rule("list watch", "discovery.k8s.io", "endpointslices"), .. Events(),
        ]),
        new("", "system:kubelet-api-admin",
        [
            Rule(Read, "", "nodes"), Rule("proxy", "", "nodes"),
            Rule("*", "", "nodes/configz nodes/healthz nodes/log nodes/metrics nodes/pods nodes/proxy nodes/stats"),
        ]),
        new("", "system:kube-controller-manager", ControllerManager()),
        new("", "system:kube-scheduler", Scheduler()),
        new("", "system:volume-scheduler",
        [
            Rule("get list patch update watch", "", "persistentvolumes"), Rule(Read, "storage.k8s.io", "storageclasses"),
            Rule("get list patch update watch", "", "persistentvolumeclaims"),
        ]),
        new("", "system:persistent-volume-provisioner",
        [
            Rule("create delete get list watch", "", "persistentvolumes"), Rule("get list update watch", "", "persistentvolumeclaims"),
            Rule(Read, "storage.k8s.io", "storageclasses"), Rule("watch", "", "events"), .. Events(),
        ]),
        Approver("certificatesigningrequests:nodeclient", "certificatesigningrequests/nodeclient"),
        Approver("certificatesigningrequests:selfnodeclient", "certificatesigningrequests/selfnodeclient"),
        SignerApprover("kube-apiserver-client"), SignerApprover("kube-apiserver-client-kubelet"), SignerApprover("kubelet-serving"), SignerApprover("legacy-unknown"),
        new("kube-system", "extension-apiserver-authentication-reader",
        [
            Rule(Read, "", "configmaps") with { ResourceNames = ["extension-apiserver-authentication"] },
        ]),
        new("kube-system", "system:controller:token-cleaner", [Rule("delete get list watch", "", "secrets"), .. Events()]),
        new("kube-system", "system:controller:bootstrap-signer", [Rule(Read, "", "secrets")]),
        new("kube-system", "system::leader-locking-kube-controller-manager", Leading("kube-controller-manager")),
        new("kube-system", "system::leader-locking-kube-scheduler", Leading("kube-scheduler")),
        new("kube-public", "system:controller:bootstrap-signer",
        [
            Rule(Read, "", "configmaps"), Rule("update", "", "configmaps") with { ResourceNames = ["cluster-info"] }, .. Events(),
        ]),
        new("kube-system", "system:controller:cloud-provider", [Rule("create get list watch", "", "configmaps")]),

        // What a machine reads before it has anything to prove who it is; an installer of Kubernetes makes it with the ConfigMap.
        new("kube-public", "kubeadm:bootstrap-signer-clusterinfo", [Rule("get", "", "configmaps") with { ResourceNames = ["cluster-info"] }]),
        .. ControllerRoles.Roles,
    ];

    public static ImmutableArray<DefaultBinding> Bindings { get; } =
    [
        Cluster("cluster-admin", Group("system:masters")),
        Cluster("system:monitoring", Group("system:monitoring")),
        Cluster("system:discovery", Group("system:authenticated")),
        Cluster("system:basic-user", Group("system:authenticated")),
        Cluster("system:public-info-viewer", Group("system:authenticated"), Group("system:unauthenticated")),
        Cluster("system:node-proxier", User("system:kube-proxy")),
        Cluster("system:kube-controller-manager", User("system:kube-controller-manager")),
        Cluster("system:kube-dns", new BindingSubject("ServiceAccount", "kube-system", "kube-dns")),
        Cluster("system:kube-scheduler", User("system:kube-scheduler")),
        Cluster("system:volume-scheduler", User("system:kube-scheduler")),
        Cluster("system:service-account-issuer-discovery", Group("system:serviceaccounts")),
        Cluster("system:node"),

        // Lets machines join and stay by themselves: what a Kubernetes installer binds after the cluster is up.
        new("", "crescent:node-bootstrapper", new("ClusterRole", "system:node-bootstrapper"), [Group("system:bootstrappers")]),
        new("", "crescent:node-autoapprove-bootstrap", new("ClusterRole", "system:certificates.k8s.io:certificatesigningrequests:nodeclient"), [Group("system:bootstrappers")]),
        new("", "crescent:node-autoapprove-renewal", new("ClusterRole", "system:certificates.k8s.io:certificatesigningrequests:selfnodeclient"), [Group("system:nodes")]),
        new("kube-system", "system::extension-apiserver-authentication-reader", new("Role", "extension-apiserver-authentication-reader"),
            [User("system:kube-controller-manager"), User("system:kube-scheduler")]),
        new("kube-system", "system::leader-locking-kube-controller-manager", new("Role", "system::leader-locking-kube-controller-manager"),
            [User("system:kube-controller-manager"), new("ServiceAccount", "kube-system", "kube-controller-manager")]),
        new("kube-system", "system::leader-locking-kube-scheduler", new("Role", "system::leader-locking-kube-scheduler"),
            [User("system:kube-scheduler"), new("ServiceAccount", "kube-system", "kube-scheduler")]),
        new("kube-system", "system:controller:token-cleaner", new("Role", "system:controller:token-cleaner"), [new("ServiceAccount", "kube-system", "token-cleaner")]),
        new("kube-system", "system:controller:bootstrap-signer", new("Role", "system:controller:bootstrap-signer"),
            [new("ServiceAccount", "kube-system", "bootstrap-signer")]),
        new("kube-public", "system:controller:bootstrap-signer", new("Role", "system:controller:bootstrap-signer"),
            [new("ServiceAccount", "kube-system", "bootstrap-signer")]),
        new("kube-system", "system:controller:cloud-provider", new("Role", "system:controller:cloud-provider"), [new("ServiceAccount", "kube-system", "cloud-provider")]),
        new("kube-public", "kubeadm:bootstrap-signer-clusterinfo", new("Role", "kubeadm:bootstrap-signer-clusterinfo"), [User("system:anonymous")]),
        .. ControllerRoles.Bindings,
    ];

    private static ImmutableArray<PolicyRule> Admin() =>
    [
        Rule("create", "authorization.k8s.io", "localsubjectaccessreviews"), Rule(ReadWrite, Rbac, "roles rolebindings"),
    ];

    private static ImmutableArray<PolicyRule> Edit() =>
    [
        Rule(Read, "", "pods/attach pods/proxy pods/exec pods/portforward secrets services/proxy"),
        Rule("impersonate", "", "serviceaccounts"),
        Rule(Write, "", "pods pods/attach pods/proxy pods/exec pods/portforward"),
        Rule("create", "", "pods/eviction"),
        Rule(Write, "", "replicationcontrollers replicationcontrollers/scale serviceaccounts services services/proxy persistentvolumeclaims configmaps secrets events"),
        Rule("create", "", "serviceaccounts/token"),
        Rule(Write, "apps", "statefulsets statefulsets/scale daemonsets deployments deployments/scale deployments/rollback replicasets replicasets/scale"),
        Rule(Write, "autoscaling", "horizontalpodautoscalers"),
        Rule(Write, "batch", "jobs cronjobs"),
        Rule(Write, "extensions",
            "daemonsets deployments deployments/rollback deployments/scale ingresses networkpolicies replicasets replicasets/scale replicationcontrollers/scale"),
        Rule(Write, "policy", "poddisruptionbudgets"),
        Rule(Write, "networking.k8s.io", "networkpolicies ingresses"),
        Rule(ReadWrite, "coordination.k8s.io", "leases"),
        Rule(Write, "resource.k8s.io", "resourceclaims resourceclaimtemplates"),
    ];

    private static ImmutableArray<PolicyRule> View() =>
    [
        Rule(Read, "", "pods replicationcontrollers replicationcontrollers/scale serviceaccounts services services/status endpoints persistentvolumeclaims persistentvolumeclaims/status configmaps"),
        Rule(Read, "", "limitranges resourcequotas bindings events pods/status resourcequotas/status namespaces/status replicationcontrollers/status pods/log"),
        Rule(Read, "", "namespaces"),
        Rule(Read, "discovery.k8s.io", "endpointslices"),
        Rule(Read, "apps", "controllerrevisions statefulsets statefulsets/status statefulsets/scale daemonsets daemonsets/status deployments deployments/status deployments/scale replicasets replicasets/status replicasets/scale"),
        Rule(Read, "autoscaling", "horizontalpodautoscalers horizontalpodautoscalers/status"),
        Rule(Read, "batch", "jobs jobs/status cronjobs cronjobs/status"),
        Rule(Read, "extensions",
            "daemonsets daemonsets/status deployments deployments/scale deployments/status ingresses ingresses/status networkpolicies replicasets replicasets/scale "
            + "replicasets/status replicationcontrollers/scale"),
        Rule(Read, "policy", "poddisruptionbudgets poddisruptionbudgets/status"),
        Rule(Read, "networking.k8s.io", "networkpolicies ingresses ingresses/status"),
        Rule(Read, "resource.k8s.io", "resourceclaims resourceclaims/status resourceclaimtemplates"),
        Rule(Read, "metrics.k8s.io", "pods nodes"),
    ];

    private static ImmutableArray<PolicyRule> ControllerManager() =>
    [
        .. Events(), Rule("create", "coordination.k8s.io", "leases"), Rule("get update", "coordination.k8s.io", "leases") with { ResourceNames = ["kube-controller-manager"] },
        Rule("create", "", "secrets serviceaccounts"), Rule("delete", "", "secrets"), Rule("get", "", "configmaps namespaces secrets serviceaccounts"),
        Rule("update", "", "secrets serviceaccounts"), Rule("create", "authentication.k8s.io", "tokenreviews"),
        Rule("create", "authorization.k8s.io", "subjectaccessreviews"), Rule("list watch", "*", "*"), Rule("create", "", "serviceaccounts/token"),
    ];

    private static ImmutableArray<PolicyRule> Scheduler() =>
    [
        .. Events(), Rule("create", "coordination.k8s.io", "leases"), Rule("get update", "coordination.k8s.io", "leases") with { ResourceNames = ["kube-scheduler"] },
        Rule(Read, "", "nodes"), Rule("delete get list watch", "", "pods"), Rule("create", "", "bindings pods/binding"), Rule("patch update", "", "pods/status"),
        Rule(Read, "", "replicationcontrollers services"), Rule(Read, "apps extensions", "replicasets"), Rule(Read, "apps", "statefulsets"),
        Rule(Read, "policy", "poddisruptionbudgets"), Rule(Read, "", "persistentvolumeclaims persistentvolumes"),
        Rule("create", "authentication.k8s.io", "tokenreviews"), Rule("create", "authorization.k8s.io", "subjectaccessreviews"),
        Rule(Read, "storage.k8s.io", "csinodes csidrivers csistoragecapacities"), Rule(Read, "", "namespaces"),
        Rule(Read, "resource.k8s.io", "deviceclasses resourceslices"), Rule("get list patch update watch", "resource.k8s.io", "resourceclaims"),
        Rule("get list patch update watch", "resource.k8s.io", "resourceclaims/status"), Rule("update", "", "pods/finalizers"),
    ];

    private static ImmutableArray<PolicyRule> Leading(string name) =>
    [
        Rule("watch", "", "configmaps"), Rule("get update", "", "configmaps") with { ResourceNames = [name] },
    ];

    private static ImmutableArray<PolicyRule> Events() => [Rule("create patch update", " events.k8s.io", "events")];

    private static DefaultRole Approver(string name, string resource) => new("", $"system:certificates.k8s.io:{name}", [Rule("create", Certificates, resource)]);

    private static DefaultRole SignerApprover(string signer) => new("", $"system:certificates.k8s.io:{signer}-approver",
        [Rule("approve", Certificates, "signers") with { ResourceNames = [$"kubernetes.io/{signer}"] }]);

    private static DefaultBinding Cluster(string name, params ImmutableArray<BindingSubject> subjects) => new("", name, new("ClusterRole", name), subjects);

    private static BindingSubject Group(string name) => new("Group", "", name);

    private static BindingSubject User(string name) => new("User", "", name);

    private static PolicyRule Paths(string paths) => new() { Verbs = ["get"], NonResourceUrls = Words(paths) };
}
