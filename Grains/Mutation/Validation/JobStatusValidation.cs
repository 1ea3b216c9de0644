using System.Globalization;
using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>The status of a Job: what has ended stays so, and its counters agree with it.</summary>
internal static class JobStatusValidation
{
    private static readonly string[] Counters = ["active", "succeeded", "failed", "ready", "terminating"];

    public static void Update(JsonObject job, JsonObject old, Problems problems)
    {
        var (status, before, spec) = (job.Object("status"), old.Object("status"), job.Object("spec"));
        CounterValidation.NonNegative(status, problems, Counters);
        Conditions(status, before, problems);
        Times(status, before, spec, problems);
        var isOver = Is(status, "Complete") || Is(status, "Failed");
        if (isOver)
        {
            Over(status, problems);
        }

        if (status.Text("completedIndexes") is { Length: > 0 } indexes && spec.Text("completionMode") != "Indexed")
        {
            problems.Invalid("status.completedIndexes", indexes, "cannot set non-empty completedIndexes when non-indexed completion mode");
        }

        if (status.Has("failedIndexes") && !spec.Has("backoffLimitPerIndex"))
        {
            problems.Invalid("status.failedIndexes", status.Text("failedIndexes"), "cannot set non-null failedIndexes when backoffLimitPerIndex is null");
        }

        if (status.Integer("ready") is { } ready && ready > (status.Integer("active") ?? 0))
        {
            problems.Invalid("status.ready", ready, "cannot set more ready pods than active");
        }

        foreach (var name in (ReadOnlySpan<string>)["failed", "succeeded"])
        {
            if ((status.Integer(name) ?? 0) is var count && count < (before.Integer(name) ?? 0))
            {
                problems.Invalid($"status.{name}", count, $"cannot decrease the {name} counter");
            }
        }
    }

    private static void Conditions(JsonObject? status, JsonObject? before, Problems problems)
    {
        var (isComplete, isFailed, willFail, hasSucceeded) =
            (Is(status, "Complete"), Is(status, "Failed"), Is(status, "FailureTarget"), Is(status, "SuccessCriteriaMet"));
        (bool IsWrong, string Message)[] rules =
        [
            (isComplete && isFailed, "cannot set Complete=True and Failed=true conditions"),
            (isComplete && willFail, "cannot set Complete=True and FailureTarget=true conditions"),
            (isFailed && !willFail, "cannot set Failed=True condition without the FailureTarget=true condition"),
            (isComplete && !hasSucceeded, "cannot set Complete=True condition without the SuccessCriteriaMet=true condition"),
            (hasSucceeded && isFailed, "cannot set SuccessCriteriaMet=True and Failed=true conditions"),
            (hasSucceeded && willFail, "cannot set SuccessCriteriaMet=True and FailureTarget=true conditions"),
            .. ((string[])["Failed", "Complete", "FailureTarget"]).Select(
                type => (Is(before, type) && !Is(status, type), $"cannot disable the terminal {type}=True condition")),
            (Is(before, "SuccessCriteriaMet") && !hasSucceeded, "cannot disable the SuccessCriteriaMet=True condition"),
        ];

        // What held before and was not touched is nobody's mistake now.
        if ((status?["conditions"]).SameAs(before?["conditions"]))
        {
            return;
        }

        foreach (var (_, message) in rules.Where(static rule => rule.IsWrong))
        {
            problems.Add("FieldValueInvalid", "status.conditions", "Invalid value", message);
        }
    }

    private static void Times(JsonObject? status, JsonObject? before, JsonObject? spec, Problems problems)
    {
        var (start, end) = (status.Text("startTime"), status.Text("completionTime"));
        if (end.Length > 0 && !Is(status, "Complete"))
        {
            problems.Invalid("status.completionTime", end, "cannot set completionTime when there is no Complete=True condition");
        }
        else if (end.Length == 0 && Is(status, "Complete"))
        {
            problems.Required("status.completionTime", "completionTime is required for Complete jobs");
        }

        if (Read(start) is { } began && Read(end) is { } ended && ended < began)
        {
            problems.Invalid("status.completionTime", end, "completionTime cannot be set before startTime");
        }

        if (end.Length > 0 && before.Text("completionTime") is { Length: > 0 } endBefore && endBefore != end)
        {
            problems.Invalid("status.completionTime", end, "completionTime cannot be mutated");
        }

        if (before.Text("startTime") is { Length: > 0 } startBefore && startBefore != start && !spec.Flag("suspend"))
        {
            problems.Required("status.startTime", "startTime cannot be removed for unsuspended job");
        }
    }

    private static void Over(JsonObject? status, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)["active", "terminating"])
        {
            if (status.Integer(name) is > 0 and var count)
            {
                problems.Invalid($"status.{name}", count, $"{name}>0 is invalid for finished job");
            }
        }

        if (!status.Has("startTime"))
        {
            problems.Required("status.startTime", "startTime is required for finished job");
        }

        var uncounted = status.Object("uncountedTerminatedPods");
        if (uncounted.Array("failed") is { Count: > 0 } || uncounted.Array("succeeded") is { Count: > 0 })
        {
            problems.Invalid("status.uncountedTerminatedPods", uncounted!.DeepClone(), "uncountedTerminatedPods needs to be empty for finished job");
        }
    }

    private static DateTimeOffset? Read(string text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static bool Is(JsonObject? status, string type) =>
        status.Objects("conditions").Any(condition => condition.Text("type") == type && condition.Text("status") == "True");
}
