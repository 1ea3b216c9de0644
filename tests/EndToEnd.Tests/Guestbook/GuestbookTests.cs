using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Guestbook;

[Collection(SqliteCollection.Name)]
public sealed class GuestbookTests(SqliteCluster cluster)
{
    public static TheoryData<string> Minors => [.. Kubectl.Minors];

    [Theory, MemberData(nameof(Minors))]
    public Task Guestbook_DrivenByEveryKubectl_ServesScalesRollsBackAndHeals(string minor) =>
        GuestbookLife.RunAsync(cluster, minor);
}
