using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Eight Deployments of ten pods, under way.</summary>
internal sealed class Rollouts
{
    private readonly ControlPlane _plane;
    private readonly string _namespace;
    private readonly List<string> _names;

    private Rollouts(ControlPlane plane, string ns, List<string> names) => (_plane, _namespace, _names) = (plane, ns, names);

    /// <summary>Returns when a quarter of the pods is there.</summary>
    public static async Task<Rollouts> BeginAsync(ControlPlane plane)
    {
        var ns = await plane.CreateNamespaceAsync();
        var names = Enumerable.Range(0, 8).Select(index => $"web-{index}").ToList();
        await Task.WhenAll(names.Select(name => plane.CreateAsync(KnownTypes.Deployments, ns, $$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"{{name}}"},
             "spec":{"replicas":10,"selector":{"matchLabels":{"app":"{{name}}"} },
             "template":{"metadata":{"labels":{"app":"{{name}}"} },"spec":{"containers":[{"name":"c","image":"app:1"}]} } } }
            """)));
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() >= 20);
        return new(plane, ns, names);
    }

    /// <summary>Returns when all is as asked.</summary>
    public async Task EndAsync()
    {
        await _plane.WaitAsync(KnownTypes.Deployments, view => _names.TrueForAll(name => view.TryGet(_namespace, name, out var item)
            && item.View().At("status", "availableReplicas").Int() == 10 && item.View().At("status", "replicas").Int() == 10));
        var pods = await _plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(_namespace).Count() == 80);
        Assert.All(pods.Enumerate(_namespace).GroupBy(pod => pod.ControllerUid), group => Assert.Equal(10, group.Count()));
    }
}
