using System.Text.Json.Nodes;
using Crescent.Grains.Tests.Reconciling;
using Crescent.Grains.Workloads.Deployments;

namespace Crescent.Grains.Tests.Workloads;

/// <summary>A Deployment and its ReplicaSets in memory; plans are applied, and pods come and go when the test says so.</summary>
internal sealed class RolloutSimulation
{
    private readonly Dictionary<string, JsonObject> _sets = [];
    private int _uids;

    public RolloutSimulation(int replicas, string surge = "25%", string unavailable = "25%", string strategy = "RollingUpdate", int history = 10)
    {
        Deployment = JsonNode.Parse($$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"default","uid":"d","generation":1,"annotations":{"team":"a"} },
             "spec":{"replicas":{{replicas}},"revisionHistoryLimit":{{history}},"progressDeadlineSeconds":600,
             "selector":{"matchLabels":{"app":"web"} },"strategy":{"type":"{{strategy}}"},
             "template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"c","image":"app:1"}]} } },"status":{} }
            """)!.AsObject();
        if (strategy == "RollingUpdate")
        {
            Deployment["spec"]!["strategy"]!["rollingUpdate"] = new JsonObject { ["maxSurge"] = Value(surge), ["maxUnavailable"] = Value(unavailable) };
        }
    }

    public JsonObject Deployment { get; }

    public DateTimeOffset Now { get; set; } = PodBuilder.Now;

    public IEnumerable<JsonObject> Sets => _sets.Values;

    public bool HasOldPods { get; set; }

    public JsonObject Spec => Deployment["spec"]!.AsObject();

    public string Image
    {
        set
        {
            Spec["template"]!["spec"]!["containers"]![0]!["image"] = value;
            Touch();
        }
    }

    public int Replicas
    {
        get => (int)Spec["replicas"]!;
        set
        {
            Spec["replicas"] = value;
            Touch();
        }
    }

    public void Touch() => Deployment["metadata"]!["generation"] = (int)Deployment["metadata"]!["generation"]! + 1;

    public DeploymentPlan Plan() => DeploymentPlanner.Plan(
        DeploymentFacts.Of(Snapshots.Of(Deployment)), [.. _sets.Values.Select(set => RevisionFacts.Of(Snapshots.Of(set)))], _ => HasOldPods, Now);

    /// <summary>Applies one plan; false when it changes nothing.</summary>
    public bool Step()
    {
        var plan = Plan();
        if (plan.Create is { } create)
        {
            var set = create.ToReplicaSet(DeploymentFacts.Of(Snapshots.Of(Deployment)));
            set["metadata"]!["uid"] = $"rs{++_uids}";
            set["metadata"]!["generation"] = 1;
            set["metadata"]!["creationTimestamp"] = Now.AddSeconds(_uids).ToString("yyyy-MM-ddTHH:mm:ssZ");
            set["status"] = new JsonObject { ["observedGeneration"] = 1 };
            _sets.Add(create.Name, set);
        }

        foreach (var revision in plan.Update)
        {
            var set = _sets[revision.Name];
            set["spec"]!["replicas"] = revision.Replicas;
            foreach (var (name, value) in revision.AnnotationChanges)
            {
                set["metadata"]!["annotations"]![name] = value;
            }
        }

        foreach (var revision in plan.Delete)
        {
            _sets.Remove(revision.Name);
        }

        if (plan.Revision is { } number)
        {
            Deployment["metadata"]!["annotations"]![DeploymentAnnotations.Revision] = number;
        }

        foreach (var (name, value) in plan.Status?["status"]?.AsObject() ?? [])
        {
            Deployment["status"]![name] = value?.DeepClone();
        }

        return plan.Create is not null || plan.Update.Length > 0 || plan.Delete.Length > 0 || plan.Revision is not null || plan.Status is not null;
    }

    /// <summary>Pods of every set follow its size; at most <paramref name="growth"/> new ones become available.</summary>
    public void RunPods(int growth = int.MaxValue)
    {
        foreach (var set in _sets.Values)
        {
            var size = Size(set);
            var available = Math.Min(Available(set), size);
            var grown = Math.Min(size - available, growth);
            growth -= grown;
            SetStatus(set, size, available + grown);
        }
    }

    public void SetStatus(JsonObject set, int replicas, int available)
    {
        set["status"]!["replicas"] = replicas;
        set["status"]!["readyReplicas"] = available;
        set["status"]!["availableReplicas"] = available;
    }

    /// <summary>Steps and runs pods until nothing moves any more.</summary>
    public int RunToEnd(Action? afterEachStep = null)
    {
        for (var steps = 1; steps < 500; steps++)
        {
            var hasMoved = Step();
            afterEachStep?.Invoke();
            RunPods();
            if (!hasMoved && !Step())
            {
                return steps;
            }
        }

        throw new InvalidOperationException("The rollout did not end.");
    }

    public static int Size(JsonObject set) => (int)set["spec"]!["replicas"]!;

    public static int Available(JsonObject set) => (int?)set["status"]!["availableReplicas"] ?? 0;

    public string Condition(string type) => Deployment["status"]!["conditions"]!.AsArray()
        .Where(condition => (string?)condition!["type"] == type).Select(condition => $"{condition!["status"]} {condition["reason"]}").FirstOrDefault() ?? "";

    private static JsonNode Value(string text) => int.TryParse(text, out var number) ? number : text;
}
