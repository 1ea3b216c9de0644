using System.Text.Json.Nodes;
using Crescent.Grains.Mutation;
using Crescent.Identity;

namespace Crescent.Grains.FlowControl;

/// <summary>
/// The <see href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/#default-configuration-objects">FlowSchemas and
/// priority levels</see> a Kubernetes API server makes.
/// </summary>
internal static class DefaultFlows
{
    /// <summary>Name of the mandatory objects whose requests never wait.</summary>
    public const string Exempt = "exempt";

    /// <summary>Suggested objects that say <c>"false"</c> here keep the spec somebody gave them.</summary>
    public const string AutoUpdate = "apf.kubernetes.io/autoupdate-spec";

    private const string CatchAll = "catch-all";
    private const string Everybody = """[{"kind":"Group","group":{"name":"system:unauthenticated"}},{"kind":"Group","group":{"name":"system:authenticated"}}]""";
    private const string Manager = """{"kind":"User","user":{"name":"system:kube-controller-manager"}}""";
    private const string Scheduler = """{"kind":"User","user":{"name":"system:kube-scheduler"}}""";
    private const string Anything =
        """
        "resourceRules":[{"verbs":["*"],"apiGroups":["*"],"resources":["*"],"clusterScope":true,"namespaces":["*"]}],"nonResourceRules":[{"verbs":["*"],"nonResourceURLs":["*"]}]
        """;

    private const string Leases = """{"verbs":["get","create","update"],"apiGroups":["coordination.k8s.io"],"resources":["leases"],"namespaces":["*"]}""";

    /// <summary>Levels come first: schemas refer to them.</summary>
    public static IReadOnlyList<DefaultFlow> All { get; } =
    [
        new(LevelKey(Exempt), Begin("PriorityLevelConfiguration", Exempt, """{"type":"Exempt","exempt":{"nominalConcurrencyShares":0,"lendablePercent":0}}"""), IsMandatory: true),
        new(
            LevelKey(CatchAll),
            Begin(
                "PriorityLevelConfiguration", CatchAll,
                """{"type":"Limited","limited":{"nominalConcurrencyShares":5,"limitResponse":{"type":"Reject"},"lendablePercent":0}}"""),
            IsMandatory: true),
        Level("system", shares: 30, lendable: 33, queues: 64, hand: 6),
        Level("node-high", shares: 40, lendable: 25, queues: 64, hand: 6),
        Level("leader-election", shares: 10, lendable: 0, queues: 16, hand: 4),
        Level("workload-high", shares: 40, lendable: 50, queues: 128, hand: 6),
        Level("workload-low", shares: 100, lendable: 90, queues: 128, hand: 6),
        Level("global-default", shares: 20, lendable: 50, queues: 128, hand: 6),
        Schema(Exempt, Exempt, 1, "", Group("system:masters"), Anything, isMandatory: true),
        Schema(CatchAll, CatchAll, 10_000, "ByUser", Everybody, Anything, isMandatory: true),
        Schema("probes", Exempt, 2, "", Everybody, """ "nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/healthz","/readyz","/livez"]}] """),
        Schema("system-leader-election", "leader-election", 100, "ByUser", $"[{Manager},{Scheduler},{Account("*")}]", $""" "resourceRules":[{Leases}] """),
        Schema(
            "endpoint-controller", "workload-high", 150, "ByUser", $"[{Manager},{Account("endpoint-controller")},{Account("endpointslicemirroring-controller")}]",
            """ "resourceRules":[{"verbs":["get","create","update"],"apiGroups":[""],"resources":["endpoints"],"namespaces":["*"]}] """),
        Schema("workload-leader-election", "leader-election", 200, "ByUser", $"[{Account("*")}]", $""" "resourceRules":[{Leases}] """),
        Schema(
            "system-node-high", "node-high", 400, "ByUser", Group("system:nodes"),
            """
            "resourceRules":[{"verbs":["*"],"apiGroups":[""],"resources":["nodes","nodes/status"],"clusterScope":true,"namespaces":["*"]},
             {"verbs":["*"],"apiGroups":["coordination.k8s.io"],"resources":["leases"],"namespaces":["*"]}]
            """),
        Schema("system-nodes", "system", 500, "ByUser", Group("system:nodes"), Anything),
        Schema("kube-controller-manager", "workload-high", 800, "ByNamespace", $"[{Manager}]", Anything),
        Schema("kube-scheduler", "workload-high", 800, "ByNamespace", $"[{Scheduler}]", Anything),
        Schema("kube-system-service-accounts", "workload-high", 900, "ByNamespace", $"[{Account("*")}]", Anything),
        Schema("service-accounts", "workload-low", 9000, "ByUser", Group("system:serviceaccounts"), Anything),
        Schema("global-default", "global-default", 9900, "ByUser", Everybody, Anything),
    ];

    /// <summary>The mandatory object of this one's kind and name, if it is one.</summary>
    public static JsonObject? Mandatory(JsonObject item)
    {
        var name = item.Object("metadata").Text("name");
        return name is Exempt or CatchAll
            ? All.First(flow => flow.IsMandatory && flow.Key.Name == name && flow.Body.Text("kind") == item.Text("kind")).Body : null;
    }

    private static ResourceKey LevelKey(string name) => new(KnownTypes.PriorityLevelConfigurations, "", name);

    private static DefaultFlow Level(string name, int shares, int lendable, int queues, int hand) => new(
        LevelKey(name),
        Begin(
            "PriorityLevelConfiguration", name,
            $$$"""
            {"type":"Limited","limited":{"nominalConcurrencyShares":{{{shares}}},"limitResponse":{"type":"Queue","queuing":
             {"queues":{{{queues}}},"handSize":{{{hand}}},"queueLengthLimit":50}},"lendablePercent":{{{lendable}}}}}
            """),
        IsMandatory: false);

    private static DefaultFlow Schema(
        string name, string level, int precedence, string method, string subjects, string rules, bool isMandatory = false)
    {
        var distinguisher = method.Length == 0 ? "" : $$""" "distinguisherMethod":{"type":"{{method}}"}, """;
        return new(
            new(KnownTypes.FlowSchemas, "", name),
            Begin(
                "FlowSchema", name,
                $$$"""
                {"priorityLevelConfiguration":{"name":"{{{level}}}"},"matchingPrecedence":{{{precedence}}},{{{distinguisher}}}
                 "rules":[{"subjects":{{{subjects}}},{{{rules}}}}]}
                """),
            isMandatory);
    }

    private static string Group(string name) => $$$"""[{"kind":"Group","group":{"name":"{{{name}}}"}}]""";

    private static string Account(string name) => $$$"""{"kind":"ServiceAccount","serviceAccount":{"namespace":"kube-system","name":"{{{name}}}"}}""";

    private static JsonObject Begin(string kind, string name, string spec) => new()
    {
        ["apiVersion"] = $"{KnownTypes.FlowSchemas.Group}/v1",
        ["kind"] = kind,
        ["metadata"] = new JsonObject { ["name"] = name, ["annotations"] = new JsonObject { [AutoUpdate] = "true" } },
        ["spec"] = JsonNode.Parse(spec),
    };
}
