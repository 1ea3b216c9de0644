using System.Text.Json.Nodes;
using Crescent.Grains.Scheduling;
using Crescent.Grains.Scheduling.Plugins;
using Crescent.Grains.Tests.Reconciling;
using Crescent.Resources;

namespace Crescent.Grains.Tests.Scheduling;

/// <summary>A scheduler with time in the test's hand; bindings succeed at once unless a test says otherwise.</summary>
internal sealed class SchedulerHarness
{
    private long _version;

    public DateTimeOffset Now { get; set; } = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public SchedulerHarness() => Scheduler = new(SchedulerNames.Default, DefaultProfile.Create(), new(), () => Budgets);

    public Scheduler Scheduler { get; }

    /// <summary>PodDisruptionBudgets that preemption sees.</summary>
    public List<ResourceSnapshot> Budgets { get; } = [];

    /// <summary>Where pods went, by name.</summary>
    public Dictionary<string, string> Bound { get; } = new(StringComparer.Ordinal);

    /// <summary>Why pods wait, by name: the newest message.</summary>
    public Dictionary<string, string> Messages { get; } = new(StringComparer.Ordinal);

    public ResourceSnapshot AddNode(string name, Action<JsonObject>? change = null)
    {
        var node = new JsonObject
        {
            ["kind"] = "Node",
            ["metadata"] = new JsonObject { ["name"] = name, ["uid"] = name, ["labels"] = new JsonObject { ["kubernetes.io/hostname"] = name } },
            ["spec"] = new JsonObject(),
            ["status"] = new JsonObject { ["allocatable"] = new JsonObject { ["cpu"] = "4", ["memory"] = "8Gi", ["pods"] = "110" } },
        };
        change?.Invoke(node);
        var snapshot = Snapshots.Of(node, ++_version);
        Scheduler.SetNode(snapshot, Now);
        return snapshot;
    }

    public ResourceSnapshot AddPod(string name, Action<JsonObject>? change = null)
    {
        var pod = new JsonObject
        {
            ["kind"] = "Pod",
            ["metadata"] = new JsonObject { ["name"] = name, ["namespace"] = "default", ["uid"] = name },
            ["spec"] = new JsonObject { ["schedulerName"] = "default-scheduler", ["containers"] = new JsonArray(new JsonObject { ["name"] = "c" }) },
        };
        change?.Invoke(pod);
        return Add(pod);
    }

    /// <summary>A Node or Pod as a manifest says it.</summary>
    public ResourceSnapshot Add(JsonObject body)
    {
        var metadata = body["metadata"]!.AsObject();
        metadata["uid"] ??= (string?)metadata["name"];
        if ((string?)body["kind"] == "Pod")
        {
            metadata["namespace"] ??= "default";
        }

        var snapshot = Snapshots.Of(body, ++_version);
        if ((string?)body["kind"] == "Node")
        {
            Scheduler.SetNode(snapshot, Now);
        }
        else
        {
            Scheduler.SetPod(snapshot, Now);
        }

        return snapshot;
    }

    public static Action<JsonObject> Requests(string cpu, string memory = "0") => pod =>
        pod["spec"]!["containers"]![0]!["resources"] = new JsonObject { ["requests"] = new JsonObject { ["cpu"] = cpu, ["memory"] = memory } };

    /// <summary>Runs attempts until none is due; returns how many there were.</summary>
    public int Run()
    {
        var attempts = 0;
        while (Scheduler.TryScheduleNext(Now) is { } attempt)
        {
            attempts++;
            var name = attempt.Queued.Pod.Key.Name;
            if (attempt.NodeName is null)
            {
                Messages[name] = attempt.Message;
                continue;
            }

            Messages.Remove(name);
            Bound[name] = attempt.NodeName;
        }

        return attempts;
    }
}
