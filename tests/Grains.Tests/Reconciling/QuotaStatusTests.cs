using System.Text.Json;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

public sealed class QuotaStatusTests(ControlPlane plane) : IClassFixture<ControlPlane>
{
    [Fact]
    public async Task Quota_MadeAfterItsObjects_CountsThemAndFollows()
    {
        var ns = await plane.CreateNamespaceAsync();
        var map = await plane.CreateAsync(KnownTypes.ConfigMaps, ns, """{"metadata":{"name":"a"}}""");
        await plane.CreateAsync(KnownTypes.Services, ns, """{"metadata":{"name":"s"},"spec":{"ports":[{"port":80}]}}""");
        var quota = await plane.CreateAsync(KnownTypes.ResourceQuotas, ns, """
            {"metadata":{"name":"q"},"spec":{"hard":{"count/configmaps":"10","services":"5","requests.memory":"1Gi","count/things.example.org":"3"}}}
            """);
        await WaitAsync(quota.Key, (hard, used) => hard.At("requests.memory").Text() == "1Gi" && used.At("services").Text() == "1"
            && used.At("requests.memory").Text() == "0" && used.At("count/things.example.org").Text() == "0");

        await plane.CreateAsync(KnownTypes.Pods, ns, """
            {"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"x:1","resources":{"requests":{"memory":"64Mi"}}}]}}
            """);
        await WaitAsync(quota.Key, (_, used) => used.At("requests.memory").Text() == "64Mi");
        // kube-root-ca.crt is there as well.
        await WaitAsync(quota.Key, (_, used) => used.At("count/configmaps").Text() == "2");
        await plane.DeleteAsync(map.Key);
        await WaitAsync(quota.Key, (_, used) => used.At("count/configmaps").Text() == "1");
        await plane.PatchAsync(quota.Key, """{"spec":{"hard":{"services":null}}}""");
        await WaitAsync(quota.Key, (hard, used) => !hard.At("services").Exists() && !used.At("services").Exists());
    }

    private Task WaitAsync(ResourceKey key, Func<JsonElement, JsonElement, bool> holds) => plane.WaitAsync(
        key.Type, view => view.TryGet(key.Namespace, key.Name, out var item) && item.View().At("status") is var status
            && holds(status.At("hard"), status.At("used")));
}
