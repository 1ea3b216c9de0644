using System.Text.Json.Nodes;
using Crescent.Grains.Batch;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>Jobs and CronJobs.</summary>
internal static class BatchValidation
{
    private const int MaxIndexedParallelism = 100_000;

    public static void Job(JsonObject job, Problems problems)
    {
        var spec = job.Object("spec");
        if (!spec.Has("selector"))
        {
            problems.Required("spec.selector");
        }

        var labels = spec.Object("template", "metadata", "labels");
        if (spec.Object("selector") is { } selector && !SelectorValidation.Matches(selector, labels))
        {
            problems.Invalid("spec.template.metadata.labels", labels?.DeepClone(), "`selector` does not match template `labels`");
        }

        JobSpec(spec, "spec", problems);
    }

    public static void JobUpdate(JsonObject updated, JsonObject old, Problems problems)
    {
        var (spec, before) = (updated.Object("spec"), old.Object("spec"));
        var isElastic = spec.Text("completionMode") == "Indexed" && spec.Has("completions") && before.Has("completions")
            && spec.Integer("completions") == spec.Integer("parallelism");
        if (!isElastic)
        {
            problems.Immutable(spec, before, "completions", "spec");
        }

        foreach (var name in (ReadOnlySpan<string>)["selector", "completionMode", "podFailurePolicy", "backoffLimitPerIndex", "managedBy", "successPolicy"])
        {
            problems.Immutable(spec, before, name, "spec");
        }

        Template(spec, before, old, problems);
    }

    public static void CronJob(JsonObject job, Problems problems)
    {
        var spec = job.Object("spec");
        Schedule(spec, problems);
        problems.NonNegative(spec, "startingDeadlineSeconds", "spec");
        problems.NonNegative(spec, "successfulJobsHistoryLimit", "spec");
        problems.NonNegative(spec, "failedJobsHistoryLimit", "spec");
        problems.OneOf(spec, "concurrencyPolicy", "spec", "Allow", "Forbid", "Replace");
        if (job.Object("metadata").Text("name") is { Length: > 52 } name)
        {
            problems.Invalid("metadata.name", name, "must be no more than 52 characters");
        }

        var template = spec.Object("jobTemplate", "spec");
        if (template.Has("selector"))
        {
            problems.Invalid("spec.jobTemplate.spec.selector", template!["selector"]!.DeepClone(), "`selector` will be auto-generated");
        }

        if (template.Flag("manualSelector"))
        {
            problems.NotSupported("spec.jobTemplate.spec.manualSelector", "true", "nil", "false");
        }

        JobSpec(template, "spec.jobTemplate.spec", problems);
    }

    private static void Schedule(JsonObject? spec, Problems problems)
    {
        var schedule = spec.Text("schedule");
        if (schedule.Length == 0)
        {
            problems.Required("spec.schedule");
        }
        else if (schedule.Contains("TZ", StringComparison.Ordinal))
        {
            problems.Invalid("spec.schedule", schedule, "cannot use TZ or CRON_TZ in schedule, use timeZone field instead");
        }
        else if (!CronSchedule.TryParse(schedule, out _, out var problem))
        {
            problems.Invalid("spec.schedule", schedule, problem);
        }

        if (!spec.Has("timeZone"))
        {
            return;
        }

        if (spec.Text("timeZone") is not { Length: > 0 } zone)
        {
            problems.Invalid("spec.timeZone", "", "timeZone must be nil or non-empty string");
        }
        else if (!TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            problems.Invalid("spec.timeZone", zone, $"unknown time zone {zone}");
        }
    }

    private static void JobSpec(JsonObject? spec, string path, Problems problems)
    {
        foreach (var name in (ReadOnlySpan<string>)[
            "parallelism", "completions", "activeDeadlineSeconds", "backoffLimit", "backoffLimitPerIndex", "maxFailedIndexes", "ttlSecondsAfterFinished"])
        {
            problems.NonNegative(spec, name, path);
        }

        problems.OneOf(spec, "completionMode", path, "Indexed", "NonIndexed");
        problems.OneOf(spec, "podReplacementPolicy", path, "Failed", "TerminatingOrFailed");
        if (spec.Text("completionMode") == "Indexed")
        {
            if (!spec.Has("completions"))
            {
                problems.Required($"{path}.completions", "when completion mode is Indexed");
            }

            if (spec.Integer("parallelism") is > MaxIndexedParallelism and var parallelism)
            {
                problems.Invalid($"{path}.parallelism", parallelism, $"must be less than or equal to {MaxIndexedParallelism} when completion mode is Indexed");
            }
        }
        else if (spec.Has("backoffLimitPerIndex"))
        {
            problems.Invalid($"{path}.backoffLimitPerIndex", spec!["backoffLimitPerIndex"]!.DeepClone(), "requires indexed completion mode");
        }

        TemplateValidation.Template(spec.Object("template"), $"{path}.template", problems);
        var policy = spec.Object("template", "spec").Text("restartPolicy");
        if (policy == "Always")
        {
            problems.Required($"{path}.template.spec.restartPolicy", "valid values: \"OnFailure\", \"Never\"");
        }
        else if (spec.Has("podFailurePolicy") && policy != "Never")
        {
            problems.Invalid($"{path}.template.spec.restartPolicy", policy, "only \"Never\" is supported when podFailurePolicy is specified");
        }

        if (spec.Has("podFailurePolicy") && spec.Text("podReplacementPolicy") is { Length: > 0 } replacement && replacement != "Failed")
        {
            problems.NotSupported($"{path}.podReplacementPolicy", replacement, "Failed");
        }

        if (spec.Text("managedBy") is { Length: > 0 } manager && (!manager.Contains('/', StringComparison.Ordinal) || NameRules.QualifiedName(manager) is not null))
        {
            problems.Invalid($"{path}.managedBy", manager, "must be a domain-prefixed path (such as \"acme.io/foo\")");
        }

        if (spec.Has("maxFailedIndexes") && !spec.Has("backoffLimitPerIndex"))
        {
            problems.Required($"{path}.backoffLimitPerIndex", "when maxFailedIndexes is specified");
        }

        FailurePolicy(spec.Object("podFailurePolicy"), $"{path}.podFailurePolicy", problems);
        SuccessPolicy(spec, $"{path}.successPolicy", problems);
    }

    private static void SuccessPolicy(JsonObject? spec, string path, Problems problems)
    {
        if (spec.Object("successPolicy") is not { } policy)
        {
            return;
        }

        if (spec.Text("completionMode") != "Indexed")
        {
            problems.Invalid(path, policy.DeepClone(), "requires indexed completion mode");
            return;
        }

        if (policy.Array("rules") is not { Count: > 0 })
        {
            problems.Required($"{path}.rules", "at least one rules must be specified when the successPolicy is specified");
        }

        var index = 0;
        foreach (var rule in policy.Objects("rules"))
        {
            var at = $"{path}.rules[{index++}]";
            if (!rule.Has("succeededIndexes") && !rule.Has("succeededCount"))
            {
                problems.Required(at, "at least one of succeededCount or succeededIndexes must be specified");
            }

            if (rule.Integer("succeededCount") is < 1 and var count)
            {
                problems.Invalid($"{at}.succeededCount", count, "must be greater than or equal to 1");
            }
        }
    }

    private static void FailurePolicy(JsonObject? policy, string path, Problems problems)
    {
        var index = 0;
        foreach (var rule in policy.Objects("rules"))
        {
            var at = $"{path}.rules[{index++}]";
            if (rule.Text("action").Length == 0)
            {
                problems.Required($"{at}.action", "valid values: [\"Count\" \"FailIndex\" \"FailJob\" \"Ignore\"]");
            }

            problems.OneOf(rule, "action", at, "Count", "FailIndex", "FailJob", "Ignore");
            if (rule.Has("onExitCodes") == rule.Array("onPodConditions") is { Count: > 0 })
            {
                problems.Invalid(at, rule.DeepClone(), "specifying one of OnExitCodes and OnPodConditions is required");
            }

            if (rule.Object("onExitCodes") is { } codes)
            {
                problems.OneOf(codes, "operator", $"{at}.onExitCodes", "In", "NotIn");
                if (codes.Array("values") is not { Count: > 0 })
                {
                    problems.Invalid($"{at}.onExitCodes.values", new JsonArray(), "at least one value is required");
                }
            }
        }
    }

    // While a job is held back and has never run, where its pods may go can still be said.
    private static void Template(JsonObject? spec, JsonObject? before, JsonObject old, Problems problems)
    {
        if (spec!["template"].SameAs(before!["template"]))
        {
            return;
        }

        var template = (JsonObject?)spec.Object("template")?.DeepClone();
        if (template is not null && before.Flag("suspend") && !old.Object("status").Has("startTime"))
        {
            var (metadata, podSpec) = (template.Ensure("metadata"), template.Ensure("spec"));
            foreach (var name in (ReadOnlySpan<string>)["labels", "annotations"])
            {
                metadata.CopyFrom(before.Object("template", "metadata"), name);
            }

            foreach (var name in (ReadOnlySpan<string>)["nodeSelector", "affinity", "tolerations", "schedulingGates"])
            {
                podSpec.CopyFrom(before.Object("template", "spec"), name);
            }
        }

        if (!template.SameAs(before["template"]))
        {
            problems.Invalid("spec.template", spec["template"]?.DeepClone(), "field is immutable");
        }
    }
}
