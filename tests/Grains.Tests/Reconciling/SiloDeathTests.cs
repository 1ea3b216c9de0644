using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Nudges, activations and their memory die with a silo; what was asked for happens all the same.</summary>
public sealed class SiloDeathTests(TwoSiloControlPlane plane) : IClassFixture<TwoSiloControlPlane>
{
    [Fact]
    public async Task Rollouts_SiloDiesInTheMiddle_EndAsAsked()
    {
        var ns = await plane.CreateNamespaceAsync();
        var names = Enumerable.Range(0, 8).Select(index => $"web-{index}").ToList();
        await Task.WhenAll(names.Select(name => plane.CreateAsync(KnownTypes.Deployments, ns, $$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}"},
             "spec":{"replicas":10,"selector":{"matchLabels":{"app":"{{name}}"} },
             "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"c","image":"app:1"}]} } } }
            """)));
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() >= 20);
        await plane.KillLastSiloAsync();
        await plane.WaitAsync(KnownTypes.Deployments, view => names.TrueForAll(name => view.TryGet(ns, name, out var item)
            && item.View().At("status", "availableReplicas").Int() == 10 && item.View().At("status", "replicas").Int() == 10));
        var pods = await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() == 80);
        Assert.All(pods.Enumerate(ns).GroupBy(pod => pod.ControllerUid), group => Assert.Equal(10, group.Count()));
    }
}
