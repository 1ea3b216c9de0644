using System.Text.Json;
using Crescent.Api.Selectors;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Disruption;

/// <summary>
/// Charges an eviction to the pod's budget before the pod goes. The budget is changed in the version that was judged, so of many evictions
/// at once no more pass than it allows.
/// </summary>
internal sealed class EvictionGate(IGrainFactory grains, IResourceCaches caches, TimeProvider time)
{
    private const int Attempts = 10;

    /// <summary>Null when the pod may go.</summary>
    public async Task<ResourceError?> ChargeAsync(ResourceKey key, bool isDryRun, CancellationToken cancellationToken)
    {
        if (await grains.GetResourceGrain(key).GetAsync(cancellationToken) is not { } snapshot)
        {
            return null;
        }

        var pod = JsonElement.Parse(snapshot.Body);
        if (EvictionJudge.IsFree(pod))
        {
            return null;
        }

        var view = await caches.Get(KnownTypes.PodDisruptionBudgets).GetConsistentAsync(cancellationToken);
        var budgets = view.Enumerate(key.Namespace).Where(budget => SelectorOf(budget)?.Matches(snapshot.Labels) ?? false).Take(2).ToList();
        return budgets.Count switch
        {
            0 => null,
            1 => await ChargeAsync(budgets[0].Key, pod, isDryRun, cancellationToken),
            _ => new()
            {
                Code = 500, Reason = "InternalError",
                Message = "This pod has more than one PodDisruptionBudget, which the eviction subresource does not support.",
            },
        };
    }

    private async Task<ResourceError?> ChargeAsync(ResourceKey budget, JsonElement pod, bool isDryRun, CancellationToken cancellationToken)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            if (await grains.GetResourceGrain(budget).GetAsync(cancellationToken) is not { } current)
            {
                return null;
            }

            var verdict = EvictionJudge.Judge(JsonElement.Parse(current.Body), pod, time.GetUtcNow());
            if (verdict.Charge is not { } charge || isDryRun)
            {
                return verdict.Refusal;
            }

            var result = await grains.GetResourceGrain(budget).PatchAsync(
                new()
                {
                    Context = MutationContext.ForController("eviction", "status"), Kind = PatchKind.Merge, Body = System.Text.Encoding.UTF8.GetBytes(charge.ToJsonString()),
                    Preconditions = new() { Uid = current.Uid, Version = current.Version },
                },
                cancellationToken);
            if (result.Error is not { Code: 409 })
            {
                return result.Error;
            }
        }

        return new() { Code = 429, Reason = "TooManyRequests", Message = $"couldn't update PodDisruptionBudget \"{budget.Name}\" due to conflicts", RetryAfterSeconds = 1 };
    }

    private static LabelSelector? SelectorOf(ResourceSnapshot budget) =>
        JsonElement.Parse(budget.Body).At("spec", "selector") is { ValueKind: JsonValueKind.Object } selector ? LabelSelector.Of(selector) : null;
}
