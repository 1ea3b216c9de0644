using System.Text.Json.Nodes;
using Crescent.Grains.Ownership;
using Crescent.Grains.Tests.Reconciling;
using Crescent.Grains.Workloads;
using Crescent.Grains.Workloads.StatefulSets;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Workloads;

public sealed class StatefulSetPlannerTests
{
    private static readonly OwnerIdentity Set = new("apps/v1", "StatefulSet", "default", "db", "set-uid");
    private static readonly OwnerIdentity Pod = new("v1", "Pod", "default", "db-2", "pod-uid");

    [Theory]
    [InlineData("", 4, "db-3")] // one at a time
    [InlineData(""" ,"rollingUpdate":{"maxUnavailable":2} """, 4, "db-3 db-2")]
    [InlineData(""" ,"rollingUpdate":{"maxUnavailable":"50%","partition":3} """, 4, "db-3")]
    [InlineData(""" ,"rollingUpdate":{"maxUnavailable":"10%"} """, 4, "db-3")]
    [InlineData(""" ,"rollingUpdate":{"maxUnavailable":2} """, 1, "db-3")] // one is down already
    [InlineData(""" ,"rollingUpdate":{"maxUnavailable":1} """, 1, "")]
    public void Plan_ARollout_TakesAsManyDownAsAllowed(string rolling, int firstUnready, string expected)
    {
        var pods = Enumerable.Range(0, 4).Select(ordinal => PodBuilder.Pod($"db-{ordinal}", ready: ordinal != firstUnready)).ToList();
        var plan = StatefulSetPlanner.Plan(Facts(rolling), "old", "new", pods, PodBuilder.Now);
        Assert.Equal(expected, string.Join(' ', plan.Delete.Select(static pod => pod.Snapshot.Key.Name)));
    }

    [Theory]
    [InlineData(false, false, false, "")]
    [InlineData(true, false, false, "set-uid")]
    [InlineData(true, false, true, "set-uid")]
    [InlineData(false, true, false, "")]
    [InlineData(false, true, true, "pod-uid")]
    [InlineData(true, true, false, "set-uid")]
    [InlineData(true, true, true, "pod-uid")]
    public void Retention_OfAClaim_MakesItGoWithWhatOwnsIt(bool withSet, bool whenScaled, bool isCondemned, string expected)
    {
        var retention = new ClaimRetention(withSet, whenScaled);
        var other = Reference("Backup", "nightly", "other-uid");
        var owners = retention.Owners(Set, Pod, isCondemned, [other, Reference("StatefulSet", "db", "set-uid"), Reference("Pod", "db-2", "former-uid")]);
        Assert.Equal($"other-uid {expected}".TrimEnd(), string.Join(' ', owners!.Select(static owner => (string)owner!["uid"]!)));
        Assert.Null(retention.Owners(Set, Pod, isCondemned, [.. owners!.Select(static owner => Reference((string)owner!["kind"]!, (string)owner["name"]!, (string)owner["uid"]!))]));
    }

    private static OwnerReference Reference(string kind, string name, string uid) => new()
    {
        ApiVersion = "v1", Kind = kind, Name = name, Uid = uid, IsController = false, BlocksOwnerDeletion = false,
    };

    private static StatefulSetFacts Facts(string rolling) => StatefulSetFacts.Of(Snapshots.Of(
        new ResourceKey(KnownTypes.StatefulSets, "default", "db"),
        JsonNode.Parse($$"""
            {"apiVersion":"apps/v1","kind":"StatefulSet","metadata":{"name":"db","namespace":"default","uid":"set-uid"},"spec":{"replicas":4,"podManagementPolicy":"Parallel",
             "selector":{"matchLabels":{"app":"web"} },"updateStrategy":{"type":"RollingUpdate"{{rolling}}} } }
            """)!.AsObject(), 1));
}
