using System.Numerics;
using System.Text.Json;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Grains.Quotas;

/// <summary>
/// The running sums of one kind in one namespace: what is stored, and over it the claims that are not visible yet. A claim covers the stored state of
/// its object until a newer one shows up. Pure; the caller brings states and changes in order, and the time.
/// </summary>
internal sealed class QuotaTally(ResourceType type)
{
    private readonly Dictionary<ResourceKey, Claimed> _claims = [];
    private Dictionary<ResourceKey, Stored> _stored = [];
    private Sum[] _sums = [];

    /// <summary>Everything up to here is counted; none before the first <see cref="Restart"/>.</summary>
    public ResourceVersion Position { get; private set; }

    /// <summary>Objects and claims.</summary>
    public int Count => _stored.Count + _claims.Count;

    /// <summary>Takes the quotas of the namespace; counts again only when one of them has changed what it limits.</summary>
    public void Limit(IReadOnlyList<QuotaFacts> quotas)
    {
        if (!_sums.Select(static sum => sum.Quota).SequenceEqual(quotas, QuotaFacts.SameLimits))
        {
            _sums = [.. quotas.Select(static quota => new Sum(quota))];
            AddUp();
        }
    }

    /// <summary>Takes a whole state of the namespace.</summary>
    public void Restart(IEnumerable<ResourceSnapshot> items, ResourceVersion version)
    {
        var before = _stored;
        _stored = [];
        foreach (var item in items)
        {
            _stored[item.Key] = before.TryGetValue(item.Key, out var known) && known.Version == item.Version ? known : Read(item);
            Settle(item.Key, item.Uid, item.Version);
        }

        Position = version;
        AddUp();
    }

    /// <summary>Takes the next changes of the kind, also those of other namespaces.</summary>
    public void Apply(string ns, IEnumerable<ResourceChange> changes, ResourceVersion through)
    {
        foreach (var change in changes.Where(change => change.Current.Key.Namespace == ns))
        {
            var item = change.Current;
            Add(item.Key, -1);
            Settle(item.Key, item.Uid, item.Version);
            if (change.Kind == ResourceEventKind.Deleted)
            {
                _stored.Remove(item.Key);
            }
            else
            {
                _stored[item.Key] = Read(item);
            }

            Add(item.Key, 1);
        }

        Position = through;
    }

    /// <summary>Forgets the claims made before <paramref name="time"/>: what has not shown up by now was not committed.</summary>
    public void Expire(long time)
    {
        foreach (var (key, claim) in _claims.Where(claim => claim.Value.At < time).ToList())
        {
            Add(key, -1);
            _claims.Remove(key);
            Add(key, 1);
        }
    }

    /// <summary>Why there is no room; null when there is. The claim then counts, unless it is a dry run.</summary>
    public ResourceError? Claim(QuotaClaim claim, long now)
    {
        var item = JsonElement.Parse(claim.Body);
        var own = Find(claim.Key);
        var refusal = QuotaPlanner.Judge([.. _sums.Select(static sum => sum.Quota)], claim.Key, item, (quota, name) =>
        {
            var sum = _sums[quota];
            var counted = own is not null && own.IsCountedBy(sum.Quota, type) ? own.Usage.GetValueOrDefault(name) : BigInteger.Zero;
            return sum.Used.GetValueOrDefault(name) - counted;
        });
        if (refusal is null && !claim.IsDryRun)
        {
            Add(claim.Key, -1);
            _claims[claim.Key] = new(claim.Uid, claim.Base, QuotaShare.Of(type, claim.Body), now);
            Add(claim.Key, 1);
        }

        return refusal;
    }

    /// <summary>What is taken of a resource of a quota.</summary>
    public BigInteger Used(string quota, string resource) =>
        _sums.First(sum => sum.Quota.Name == quota).Used.GetValueOrDefault(resource);

    private QuotaShare? Find(ResourceKey key) =>
        _claims.TryGetValue(key, out var claim) ? claim.Share : _stored.TryGetValue(key, out var stored) ? stored.Share : null;

    private Stored Read(ResourceSnapshot item) => new(item.Version, QuotaShare.Of(type, item.Body));

    /// <summary>Any state later than the one a claim was decided on says what became of it.</summary>
    private void Settle(ResourceKey key, string uid, ResourceVersion version)
    {
        if (_claims.TryGetValue(key, out var claim) && (claim.Base == ResourceVersion.None ? claim.Uid == uid : version > claim.Base))
        {
            _claims.Remove(key);
        }
    }

    private void Add(ResourceKey key, int sign)
    {
        if (Find(key) is { } share)
        {
            foreach (var sum in _sums)
            {
                sum.Add(share, type, sign);
            }
        }
    }

    private void AddUp()
    {
        foreach (var sum in _sums)
        {
            sum.Used.Clear();
        }

        foreach (var key in _stored.Keys.Union(_claims.Keys))
        {
            Add(key, 1);
        }
    }

    private sealed record Stored(ResourceVersion Version, QuotaShare Share);

    /// <param name="Uid">Of the object.</param>
    /// <param name="Base">Version the claim was decided on; none: a creation.</param>
    /// <param name="Share">What the object will take.</param>
    /// <param name="At">When it was made.</param>
    private sealed record Claimed(string Uid, ResourceVersion Base, QuotaShare Share, long At);

    private sealed class Sum(QuotaFacts quota)
    {
        public QuotaFacts Quota => quota;

        public Dictionary<string, BigInteger> Used { get; } = new(StringComparer.Ordinal);

        public void Add(QuotaShare share, ResourceType type, int sign)
        {
            if (share.IsCountedBy(quota, type))
            {
                foreach (var (name, amount) in share.Usage.Where(use => quota.Hard.ContainsKey(use.Key)))
                {
                    Used[name] = Used.GetValueOrDefault(name) + (sign * amount);
                }
            }
        }
    }
}
