using System.Text;
using Crescent.Grains.Quotas;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Admission;

public sealed class QuotaPlannerTests
{
    [Fact]
    public void Judge_OneTooMany_NamesWhatIsExceeded() => Assert.Equal(
        "pods \"web\" is forbidden: exceeded quota: small, requested: pods=1, used: pods=2, limited: pods=2",
        Judge("""{"hard":{"pods":"2","configmaps":"1"}}""", Pod("100m"), Pod("100m"), Pod("100m"))!.Message);

    [Fact]
    public void Judge_Amounts_AreAddedExactly()
    {
        const string Quota = """{"hard":{"requests.cpu":"1","requests.memory":"1Gi"}}""";
        Assert.Null(Judge(Quota, Pod("400m"), Pod("300m"), Pod("0.3")));
        Assert.Equal(
            "pods \"web\" is forbidden: exceeded quota: small, requested: requests.cpu=401m, used: requests.cpu=600m, limited: requests.cpu=1",
            Judge(Quota, Pod("401m"), Pod("300m"), Pod("0.3"))!.Message);
    }

    [Fact]
    public void Judge_QuotaCountsWhatThePodLeavesOpen_Refuses() => Assert.Equal(
        "pods \"web\" is forbidden: failed quota: small: must specify limits.cpu for: c; limits.memory for: c",
        Judge("""{"hard":{"limits.cpu":"1","limits.memory":"1Gi"}}""", Pod("1m"))!.Message);

    [Fact]
    public void Judge_EndedPods_DoNotCountAsPods() =>
        Assert.Null(Judge("""{"hard":{"pods":"1"}}""", Pod("1m"), """{"spec":{},"status":{"phase":"Succeeded"}}"""));

    [Theory]
    [InlineData("BestEffort", false)]
    [InlineData("NotBestEffort", true)]
    [InlineData("NotTerminating", true)]
    [InlineData("Terminating", false)]
    public void Judge_ScopedQuota_CountsItsPodsAlone(string scope, bool isCounted) =>
        Assert.Equal(isCounted, Judge($"{{\"hard\":{{\"pods\":\"0\"}},\"scopes\":[\"{scope}\"]}}", Pod("1m")) is not null);

    private static ResourceError? Judge(string quota, string pod, params string[] others)
    {
        var tally = new QuotaTally(KnownTypes.Pods);
        tally.Limit([QuotaFacts.Read(Snapshot(new("", "resourcequotas"), "small", $"{{\"spec\":{quota}}}"))]);
        tally.Restart(others.Index().Select(static other => Snapshot(KnownTypes.Pods, $"other-{other.Index}", other.Item)), new(1));
        return tally.Claim(
            new() { Key = new(KnownTypes.Pods, "default", "web"), Uid = "web", Body = Encoding.UTF8.GetBytes(pod) }, now: 0);
    }

    private static ResourceSnapshot Snapshot(ResourceType type, string name, string body) =>
        new() { Key = new(type, "default", name), Uid = name, Version = new(1), Body = Encoding.UTF8.GetBytes(body) };

    private static string Pod(string cpu) =>
        $"{{\"spec\":{{\"containers\":[{{\"name\":\"c\",\"resources\":{{\"requests\":{{\"cpu\":\"{cpu}\",\"memory\":\"1Mi\"}}}}}}]}}}}";
}
