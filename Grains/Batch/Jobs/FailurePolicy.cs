using System.Globalization;
using System.Text.Json;
using Crescent.Grains.Reconciling;

namespace Crescent.Grains.Batch.Jobs;

/// <summary>
/// What a failed pod means for its Job: the first matching rule of the
/// <see href="https://kubernetes.io/docs/concepts/workloads/controllers/job/#pod-failure-policy">pod failure policy</see>.
/// </summary>
internal sealed class FailurePolicy
{
    private readonly JsonElement _rules;

    private FailurePolicy(JsonElement rules) => _rules = rules;

    public static FailurePolicy Of(JsonElement policy) => new(policy.At("rules"));

    /// <summary><c>Count</c> when no rule matches; with <c>FailJob</c> also what to say.</summary>
    public (string Action, string Message) Judge(JobPod pod)
    {
        var index = 0;
        foreach (var rule in _rules.Items())
        {
            var action = rule.At("action").Text() ?? "Count";
            if (MatchedCode(rule.At("onExitCodes"), pod) is { } container)
            {
                return (action, string.Create(CultureInfo.InvariantCulture, $"Container {container.Name} for pod {Name(pod)} failed with exit code {container.Code} matching {action} rule at index {index}"));
            }

            if (MatchedCondition(rule.At("onPodConditions"), pod) is { } condition)
            {
                return (action, string.Create(CultureInfo.InvariantCulture, $"Pod {Name(pod)} has condition {condition} matching {action} rule at index {index}"));
            }

            index++;
        }

        return ("Count", "");
    }

    private static (string Name, int Code)? MatchedCode(JsonElement requirement, JobPod pod)
    {
        if (!requirement.Exists())
        {
            return null;
        }

        var values = requirement.At("values").Items().Select(static value => value.Int() ?? 0).ToHashSet();
        var isIn = requirement.At("operator").ValueEqualsText("In");
        foreach (var container in pod.View.At("status", "containerStatuses").Items().Concat(pod.View.At("status", "initContainerStatuses").Items()))
        {
            var name = container.At("name").Text() ?? "";
            if (container.At("state", "terminated", "exitCode").Int() is { } code and not 0
                && (requirement.At("containerName").Text() is not { Length: > 0 } wanted || wanted == name) && values.Contains(code) == isIn)
            {
                return (name, code);
            }
        }

        return null;
    }

    private static string? MatchedCondition(JsonElement patterns, JobPod pod)
    {
        foreach (var pattern in patterns.Items())
        {
            var type = pattern.At("type").Text() ?? "";
            var condition = pod.View.At("status", "conditions").Condition(type);
            if (condition.Exists() && condition.At("status").Text() == (pattern.At("status").Text() ?? "True"))
            {
                return type;
            }
        }

        return null;
    }

    private static string Name(JobPod pod) => $"{pod.Facts.Snapshot.Key.Namespace}/{pod.Facts.Snapshot.Key.Name}";
}
