using System.Numerics;
using System.Text;
using System.Text.Json;
using Crescent.Grains.Quotas;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using CsCheck;
using Xunit;

namespace Crescent.Grains.Tests.Admission;

public sealed class QuotaTallyTests
{
    private const string Home = "home";
    private const long Patience = 30;

    private static readonly QuotaFacts[] Limits =
    [
        Facts("all", """{"hard":{"pods":"6","requests.cpu":"2"}}"""),
        Facts("best", """{"hard":{"pods":"2"},"scopes":["BestEffort"]}"""),
        Facts("high", """{"hard":{"pods":"2"},"scopeSelector":{"matchExpressions":[{"scopeName":"PriorityClass","operator":"In","values":["high"]}]}}"""),
    ];

    private enum Step
    {
        Write,
        Delete,
        Claim,
        Commit,
        Restart,
        Relimit,
        Wait,
    }

    /// <summary>Whatever happens, the running sums are those of counting from the start, and a claim is judged as if everything had been counted for it.</summary>
    [Fact]
    public void Tally_AnyHistory_IsWhatCountingSays() =>
        Gen.Select(Gen.Enum<Step>(), Gen.Int[0, 5], Gen.Int[0, 4], Gen.Bool).List[1, 60].Sample(
            static steps =>
            {
                var world = new World();
                foreach (var (step, name, shape, isHere) in steps)
                {
                    world.Do(step, name, shape, isHere);
                    world.Check();
                }
            },
            iter: 300, seed: "0000KOIPe5k5");

    /// <summary>The state a claim was decided on is still shown, unchanged, while its write is under way.</summary>
    [Fact]
    public void Claim_OldStateIsShownOnceMore_StillCounts()
    {
        var world = new World();
        world.Do(Step.Write, 0, 1, isHere: true);
        world.Do(Step.Claim, 0, 4, isHere: true);

        world.Do(Step.Restart, 0, 0, isHere: true);

        Assert.Equal(1_900_000_000, world.Tally.Used("all", "requests.cpu"));
    }

    [Fact]
    public void Claim_NeverCommitted_IsForgotten()
    {
        var world = new World();
        world.Do(Step.Claim, 0, 4, isHere: true);

        world.Do(Step.Wait, 0, 0, isHere: true);
        world.Do(Step.Wait, 0, 0, isHere: true);

        Assert.Equal(0, world.Tally.Used("all", "requests.cpu"));
    }

    private static QuotaFacts Facts(string name, string spec) =>
        QuotaFacts.Read(Snapshot(new(new("", "resourcequotas"), Home, name), name, 1, $"{{\"spec\":{spec}}}"));

    private static ResourceSnapshot Snapshot(ResourceKey key, string uid, long version, string body) =>
        new() { Key = key, Uid = uid, Version = new(version), Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>A store, the claims on it, and the tally that follows them.</summary>
    private sealed class World
    {
        private static readonly string[] Shapes =
        [
            Pod(null, "", ""), Pod("100m", "", ""), Pod("0.7", "high", ""), Pod(null, "high", "Succeeded"), Pod("1900m", "", ""),
        ];

        private readonly Dictionary<ResourceKey, ResourceSnapshot> _stored = [];
        private readonly Dictionary<ResourceKey, (QuotaClaim Claim, long At)> _claims = [];
        private QuotaFacts[] _limits = Limits;
        private long _version;
        private long _now;

        public World() => Tally.Limit(_limits);

        public QuotaTally Tally { get; } = new(KnownTypes.Pods);

        public void Do(Step step, int name, int shape, bool isHere)
        {
            var key = new ResourceKey(KnownTypes.Pods, isHere ? Home : "elsewhere", $"p{name}");
            switch (step)
            {
                case Step.Write:
                    Commit(key, _stored.TryGetValue(key, out var before) ? before.Uid : $"u{_version}", Shapes[shape]);
                    break;
                case Step.Delete when _stored.Remove(key, out var gone):
                    Tell(ResourceEventKind.Deleted, Snapshot(key, gone.Uid, ++_version, Encoding.UTF8.GetString(gone.Body)));
                    _claims.Remove(key);
                    break;
                case Step.Claim when isHere:
                    Claim(key, Shapes[shape]);
                    break;
                case Step.Commit when _claims.TryGetValue(key, out var claimed):
                    Commit(key, claimed.Claim.Uid, Encoding.UTF8.GetString(claimed.Claim.Body));
                    break;
                case Step.Restart:
                    Tally.Restart(_stored.Values.Where(static item => item.Key.Namespace == Home), new(_version));
                    break;
                case Step.Relimit:
                    Tally.Limit(_limits = [.. Limits.Take(1 + (shape % 3))]);
                    break;
                case Step.Wait:
                    _now += (Patience / 2) + 1;
                    Tally.Expire(_now - Patience);
                    foreach (var old in _claims.Where(claim => claim.Value.At < _now - Patience).ToList())
                    {
                        _claims.Remove(old.Key);
                    }

                    break;
            }
        }

        public void Check()
        {
            foreach (var quota in _limits)
            {
                foreach (var resource in quota.Hard.Keys)
                {
                    Assert.Equal(Count(quota, resource, except: null), Tally.Used(quota.Name, resource));
                }
            }
        }

        private static string Pod(string? cpu, string priority, string phase)
        {
            var requests = cpu is null ? "{}" : $"{{\"cpu\":\"{cpu}\"}}";
            return $"{{\"spec\":{{\"priorityClassName\":\"{priority}\",\"containers\":[{{\"name\":\"c\",\"resources\":{{\"requests\":{requests}}}}}]}},\"status\":{{\"phase\":\"{phase}\"}}}}";
        }

        private void Claim(ResourceKey key, string body)
        {
            _stored.TryGetValue(key, out var before);
            var claim = new QuotaClaim
            {
                Key = key, Uid = before?.Uid ?? $"u{_version}-{_now}", Base = before?.Version ?? ResourceVersion.None, Body = Encoding.UTF8.GetBytes(body),
            };
            var item = JsonElement.Parse(body);
            var expected = QuotaPlanner.Judge(_limits, key, item, (quota, name) => Count(_limits[quota], name, key));

            var refusal = Tally.Claim(claim, _now);

            Assert.Equal(expected?.Message, refusal?.Message);
            if (refusal is null)
            {
                _claims[key] = (claim, _now);
            }
        }

        private void Commit(ResourceKey key, string uid, string body)
        {
            var isNew = !_stored.ContainsKey(key);
            if (isNew && _claims.TryGetValue(key, out var claimed) && claimed.Claim.Uid != uid)
            {
                // Another object of that name: the claim of the first is still under way.
                uid = claimed.Claim.Uid;
            }

            _claims.Remove(key);
            _stored[key] = Snapshot(key, uid, ++_version, body);
            Tell(isNew ? ResourceEventKind.Added : ResourceEventKind.Modified, _stored[key]);
        }

        private void Tell(ResourceEventKind kind, ResourceSnapshot current) => Tally.Apply(Home, [new(kind, current, null)], current.Version);

        private BigInteger Count(QuotaFacts quota, string resource, ResourceKey? except)
        {
            var bodies = _stored.Where(item => !_claims.ContainsKey(item.Key)).Select(static item => (item.Key, item.Value.Body.ToArray()))
                .Concat(_claims.Select(static item => (item.Key, item.Value.Claim.Body)));
            return bodies.Where(item => item.Key.Namespace == Home && item.Key != except).Select(static item => JsonElement.Parse(item.Item2))
                .Where(item => quota.Counts(KnownTypes.Pods, item))
                .Aggregate(BigInteger.Zero, (sum, item) => sum + QuotaUsage.Of(KnownTypes.Pods, item).GetValueOrDefault(resource));
        }
    }
}
