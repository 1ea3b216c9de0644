using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Guestbook;

/// <summary>The whole scenario, for any cluster and any kubectl.</summary>
internal static class GuestbookLife
{
    public static async Task RunAsync(CrescentCluster cluster, string minor)
    {
        var ns = $"guestbook-{minor.Replace('.', '-')}";
        await cluster.InNamespaceAsync(ns, async kubectl =>
        {
            using var guestbook = new GuestbookScenario(kubectl, ns);
            await guestbook.ApplyAsync();
            await guestbook.SignAsync("first");
            await guestbook.ServesVersionAsync("1");

            await guestbook.ScaleAsync(5);
            await guestbook.HasReadyPodsAsync(5);
            await guestbook.ScaleAsync(3);
            await guestbook.HasReadyPodsAsync(3);

            await guestbook.RollToAsync("2");
            await guestbook.RolledOutAsync();
            await guestbook.ServesVersionAsync("2");
            await kubectl.DoAsync("rollout", "undo", "-n", ns, "deployment/guestbook");
            await guestbook.RolledOutAsync();
            await guestbook.ServesVersionAsync("1");

            var before = await guestbook.PodNamesAsync();
            // Pods of the version that was undone may just be going.
            await kubectl.DoAsync(["delete", "-n", ns, .. before, "--wait=false", "--ignore-not-found"]);
            await Level.ReachedAsync("new pods", async () => !(await guestbook.PodNamesAsync()).Intersect(before).Any());
            await guestbook.HasReadyPodsAsync(3);

            cluster.Kill("agent-1");
            await cluster.UpAsync();
            await guestbook.HasReadyPodsAsync(3);
            await guestbook.SignAsync("last");
        }, minor);
    }
}
