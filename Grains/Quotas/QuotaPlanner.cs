using System.Numerics;
using System.Text.Json;
using Crescent.Grains.Mutation.Admission.Limits;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Quotas;

/// <summary>Whether there is room for one more object. Pure.</summary>
internal static class QuotaPlanner
{
    /// <summary>Why not; null when there is room.</summary>
    /// <param name="quotas">Quotas of the namespace.</param>
    /// <param name="key">The object.</param>
    /// <param name="item">Its body.</param>
    /// <param name="usedOf">What all other objects take of a resource of a quota, which is named by its place in the list.</param>
    public static ResourceError? Judge(IReadOnlyList<QuotaFacts> quotas, ResourceKey key, JsonElement item, Func<int, string, BigInteger> usedOf)
    {
        var usage = QuotaUsage.Of(key.Type, item);
        foreach (var (index, quota) in quotas.Index().OrderBy(static quota => quota.Item.Name, StringComparer.Ordinal))
        {
            if (!quota.Counts(key.Type, item))
            {
                continue;
            }

            if (key.Type == KnownTypes.Pods && usage.ContainsKey("pods") && QuotaUsage.Unspecified(item, quota.Hard.Keys).ToList() is { Count: > 0 } silent)
            {
                return ResourceErrors.Forbidden(key.Type, key.Name, $"failed quota: {quota.Name}: must specify {string.Join("; ", silent)}");
            }

            var limited = quota.Hard.Where(limit => usage.TryGetValue(limit.Key, out var asked) && asked > BigInteger.Zero).ToList();
            if (limited.Count == 0)
            {
                continue;
            }

            var used = limited.ToDictionary(static limit => limit.Key, limit => usedOf(index, limit.Key), StringComparer.Ordinal);
            var exceeded = limited.Where(limit => used[limit.Key] + usage[limit.Key] > limit.Value.Amount).ToList();
            if (exceeded.Count > 0)
            {
                return ResourceErrors.Forbidden(
                    key.Type, key.Name,
                    $"exceeded quota: {quota.Name}, requested: {List(name => usage[name])}, used: {List(name => used[name])}, limited: {string.Join(',', exceeded.Select(static limit => $"{limit.Key}={limit.Value.Text}"))}");
            }

            string List(Func<string, BigInteger> amount) =>
                string.Join(',', exceeded.Select(limit => $"{limit.Key}={Amount.Show(amount(limit.Key), limit.Value.Text)}"));
        }

        return null;
    }
}
