using System.Globalization;
using System.Text.Json;

namespace Crescent.Definitions.Kinds;

/// <summary>
/// What a person wants to know about a pod in one word: the phase, unless a container, an init container or a deletion says more.
/// </summary>
/// <param name="Ready">Ready of all containers, e.g. <c>1/2</c>.</param>
/// <param name="Status">e.g. <c>Running</c>, <c>CrashLoopBackOff</c>, <c>Init:0/1</c>, <c>Terminating</c>.</param>
/// <param name="Restarts">Sum over the containers that count at this stage.</param>
/// <param name="LastRestart">End of the latest earlier run, null when there was none.</param>
public sealed record PodSummary(string Ready, string Status, long Restarts, DateTimeOffset? LastRestart)
{
    /// <summary>Judges a Pod object.</summary>
    public static PodSummary Of(JsonElement pod)
    {
        var phase = pod.Text("status", "phase");
        var status = pod.Text("status", "reason") is { Length: > 0 } reason ? reason : phase;
        if (Condition(pod, "PodScheduled") is { ValueKind: JsonValueKind.Object } scheduled && scheduled.Text("reason") == "SchedulingGated")
        {
            status = "SchedulingGated";
        }

        var sidecars = pod.Items("spec", "initContainers").Where(static container => container.Text("restartPolicy") == "Always")
            .Select(static container => container.Text("name")).ToHashSet(StringComparer.Ordinal);
        var total = pod.Items("spec", "containers").Count() + sidecars.Count;
        var init = CountInit(pod, sidecars);
        var (ready, restarts, lastRestart) = (init.Ready, init.Restarts, init.LastRestart);
        if (init.Status is { } waiting)
        {
            status = waiting;
        }

        if (init.Status is null || Condition(pod, "Initialized").Text("status") == "True")
        {
            var main = CountMain(pod, status);
            status = main.Status!;
            ready += main.Ready;
            restarts = init.SidecarRestarts + main.Restarts;
            lastRestart = Later(init.SidecarLastRestart, main.LastRestart);
        }

        if (pod.Has("metadata", "deletionTimestamp"))
        {
            status = pod.Text("status", "reason") == "NodeLost" ? "Unknown" : phase is "Succeeded" or "Failed" ? status : "Terminating";
        }

        return new(string.Create(CultureInfo.InvariantCulture, $"{ready}/{total}"), status, restarts, lastRestart);
    }

    private static Count CountInit(JsonElement pod, HashSet<string> sidecars)
    {
        var count = default(Count);
        var total = pod.Items("spec", "initContainers").Count();
        var index = 0;
        foreach (var container in pod.Items("status", "initContainerStatuses"))
        {
            var isSidecar = sidecars.Contains(container.Text("name"));
            count.Restarts += container.Number("restartCount");
            count.LastRestart = Later(count.LastRestart, container.Time("lastState", "terminated", "finishedAt"));
            if (isSidecar)
            {
                count.SidecarRestarts += container.Number("restartCount");
                count.SidecarLastRestart = Later(count.SidecarLastRestart, container.Time("lastState", "terminated", "finishedAt"));
            }

            var terminated = container.At("state", "terminated");
            var waiting = container.Text("state", "waiting", "reason");
            if (terminated.ValueKind == JsonValueKind.Object && terminated.Number("exitCode") == 0)
            {
                index++;
                continue;
            }

            if (isSidecar && container.Flag("started"))
            {
                count.Ready += container.Flag("ready") ? 1 : 0;
                index++;
                continue;
            }

            count.Status = terminated.ValueKind == JsonValueKind.Object ? "Init:" + Ending(terminated)
                : waiting.Length > 0 && waiting != "PodInitializing" ? "Init:" + waiting
                : string.Create(CultureInfo.InvariantCulture, $"Init:{index}/{total}");
            return count;
        }

        return count;
    }

    private static Count CountMain(JsonElement pod, string status)
    {
        var count = new Count { Status = status };
        var hasRunning = false;
        foreach (var container in pod.Items("status", "containerStatuses").Reverse())
        {
            count.Restarts += container.Number("restartCount");
            count.LastRestart = Later(count.LastRestart, container.Time("lastState", "terminated", "finishedAt"));
            var terminated = container.At("state", "terminated");
            if (container.Text("state", "waiting", "reason") is { Length: > 0 } waiting)
            {
                count.Status = waiting;
            }
            else if (terminated.ValueKind == JsonValueKind.Object)
            {
                count.Status = Ending(terminated);
            }
            else if (container.Flag("ready") && container.Has("state", "running"))
            {
                hasRunning = true;
                count.Ready++;
            }
        }

        if (count.Status == "Completed" && hasRunning)
        {
            count.Status = Condition(pod, "Ready").Text("status") == "True" ? "Running" : "NotReady";
        }

        return count;
    }

    private static string Ending(JsonElement terminated) =>
        terminated.Text("reason") is { Length: > 0 } reason ? reason
        : terminated.Number("signal") is not 0 and var signal ? string.Create(CultureInfo.InvariantCulture, $"Signal:{signal}")
        : string.Create(CultureInfo.InvariantCulture, $"ExitCode:{terminated.Number("exitCode")}");

    private static JsonElement Condition(JsonElement pod, string type) =>
        pod.Items("status", "conditions").FirstOrDefault(condition => condition.Text("type") == type);

    private static DateTimeOffset? Later(DateTimeOffset? left, DateTimeOffset? right) => left is null || right > left ? right ?? left : left;

    private struct Count
    {
        public long Ready;
        public long Restarts;
        public DateTimeOffset? LastRestart;
        public long SidecarRestarts;
        public DateTimeOffset? SidecarLastRestart;
        public string? Status;
    }
}
