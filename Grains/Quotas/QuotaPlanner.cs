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
    /// <param name="others">All other objects of its type in the namespace.</param>
    public static ResourceError? Judge(IEnumerable<QuotaFacts> quotas, ResourceKey key, JsonElement item, IReadOnlyList<QuotaShare> others)
    {
        var usage = QuotaUsage.Of(key.Type, item);
        foreach (var quota in quotas.OrderBy(static quota => quota.Name, StringComparer.Ordinal).Where(quota => quota.Counts(key.Type, item)))
        {
            if (key.Type == KnownTypes.Pods && usage.ContainsKey("pods") && QuotaUsage.Unspecified(item, quota.Hard.Keys).ToList() is { Count: > 0 } silent)
            {
                return ResourceErrors.Forbidden(key.Type, key.Name, $"failed quota: {quota.Name}: must specify {string.Join("; ", silent)}");
            }

            var limited = quota.Hard.Where(limit => usage.TryGetValue(limit.Key, out var asked) && asked > BigInteger.Zero).ToList();
            if (limited.Count == 0)
            {
                continue;
            }

            var used = new Dictionary<string, BigInteger>(StringComparer.Ordinal);
            foreach (var other in others.Where(other => other.IsCountedBy(quota, key.Type)))
            {
                foreach (var (name, _) in limited)
                {
                    if (other.Usage.TryGetValue(name, out var amount))
                    {
                        used[name] = used.GetValueOrDefault(name) + amount;
                    }
                }
            }

            var exceeded = limited.Where(limit => used.GetValueOrDefault(limit.Key) + usage[limit.Key] > limit.Value.Amount).ToList();
            if (exceeded.Count > 0)
            {
                return ResourceErrors.Forbidden(
                    key.Type, key.Name,
                    $"exceeded quota: {quota.Name}, requested: {List(name => usage[name])}, used: {List(name => used.GetValueOrDefault(name))}, limited: {string.Join(',', exceeded.Select(static limit => $"{limit.Key}={limit.Value.Text}"))}");
            }

            string List(Func<string, BigInteger> amount) =>
                string.Join(',', exceeded.Select(limit => $"{limit.Key}={Amount.Show(amount(limit.Key), limit.Value.Text)}"));
        }

        return null;
    }
}
