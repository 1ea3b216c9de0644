using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Grains.Reconciling;
using Crescent.Grains.Scheduling.Framework;
using Crescent.Scheduling;

namespace Crescent.Grains.Workloads.DaemonSets;

/// <summary>
/// Where <see href="https://kubernetes.io/docs/concepts/workloads/controllers/daemonset/#how-daemon-pods-are-scheduled">daemon pods</see>
/// belong: what the template asks of a node, with the tolerations every daemon pod gets.
/// </summary>
internal sealed class DaemonPlacement
{
    private static readonly (string Key, string Effect)[] Tolerated =
    [
        ("node.kubernetes.io/not-ready", Taint.NoExecute),
        ("node.kubernetes.io/unreachable", Taint.NoExecute),
        ("node.kubernetes.io/disk-pressure", Taint.NoSchedule),
        ("node.kubernetes.io/memory-pressure", Taint.NoSchedule),
        ("node.kubernetes.io/pid-pressure", Taint.NoSchedule),
        (Taint.UnschedulableKey, Taint.NoSchedule),
    ];

    private static readonly (string Key, string Effect) NetworkUnavailable = ("node.kubernetes.io/network-unavailable", Taint.NoSchedule);

    private readonly string _nodeName;
    private readonly bool _isOnHostNetwork;
    private readonly Dictionary<string, string> _selector;
    private readonly ImmutableArray<NodeSelectorTerm> _terms;
    private readonly ImmutableArray<Toleration> _tolerations;

    private DaemonPlacement(JsonElement podSpec)
    {
        _nodeName = podSpec.At("nodeName").Text() ?? "";
        _isOnHostNetwork = podSpec.At("hostNetwork").IsTrue();
        _selector = podSpec.At("nodeSelector").TextMap();
        var required = podSpec.At("affinity", "nodeAffinity", "requiredDuringSchedulingIgnoredDuringExecution");
        _terms = required.Exists() ? [.. required.At("nodeSelectorTerms").Items().Select(NodeSelectorReader.Term)] : default;
        _tolerations =
        [
            .. podSpec.At("tolerations").Items().Select(static toleration => new Toleration(
                toleration.At("key").Text() ?? "", toleration.At("operator").Text() ?? "", toleration.At("value").Text() ?? "",
                toleration.At("effect").Text() ?? "")),
            .. Added().Select(static added => new Toleration(added.Key, "Exists", "", added.Effect)),
        ];
    }

    public static DaemonPlacement Of(JsonElement podSpec) => new(podSpec);

    /// <summary>Whether a pod should be started on the node, and whether one that runs there may go on.</summary>
    public (bool ShouldRun, bool MayStay) Judge(NodeFacts node)
    {
        if ((_nodeName.Length > 0 && _nodeName != node.Name)
            || _selector.Any(term => !node.Labels.TryGetValue(term.Key, out var value) || value != term.Value)
            || (!_terms.IsDefault && !_terms.Any(term => term.Matches(node.Labels, node.Name))))
        {
            return (false, false);
        }

        var untolerated = node.Taints.Where(taint => taint.KeepsPodsAway && !_tolerations.Any(toleration => toleration.Tolerates(taint))).ToList();
        return untolerated.Count == 0 ? (true, true) : (false, untolerated.TrueForAll(static taint => taint.Effect != Taint.NoExecute));
    }

    /// <summary>Ties a pod to its node and adds the tolerations.</summary>
    public void Apply(JsonObject podSpec, string node)
    {
        PodWriter.Member(PodWriter.Member(podSpec, "affinity"), "nodeAffinity")["requiredDuringSchedulingIgnoredDuringExecution"] = new JsonObject
        {
            ["nodeSelectorTerms"] = new JsonArray((JsonNode)new JsonObject
            {
                ["matchFields"] = new JsonArray((JsonNode)new JsonObject
                {
                    ["key"] = "metadata.name", ["operator"] = "In", ["values"] = new JsonArray((JsonNode)JsonValue.Create(node)),
                }),
            }),
        };
        if (podSpec["tolerations"] is not JsonArray tolerations)
        {
            podSpec["tolerations"] = tolerations = [];
        }

        foreach (var (key, effect) in Added())
        {
            if (!tolerations.Any(present => (string?)present?["key"] == key && (string?)present["effect"] == effect && (string?)present["operator"] == "Exists"))
            {
                tolerations.Add((JsonNode)new JsonObject { ["key"] = key, ["operator"] = "Exists", ["effect"] = effect });
            }
        }
    }

    private IEnumerable<(string Key, string Effect)> Added() => _isOnHostNetwork ? Tolerated.Append(NetworkUnavailable) : Tolerated;
}
