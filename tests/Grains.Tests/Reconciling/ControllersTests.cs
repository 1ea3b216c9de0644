using System.Text;
using System.Text.Json;
using Crescent.Definitions;
using Crescent.Grains.Reconciling;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Xunit;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>The controllers together, on the real core.</summary>
public sealed class ControllersTests(ControlPlane plane) : IClassFixture<ControlPlane>
{
    [Fact]
    public async Task Bootstrap_NewCluster_HasItsObjects()
    {
        await plane.WaitAsync(KnownTypes.Namespaces, view => view.Count >= 4);
        var services = await plane.WaitAsync(KnownTypes.Services, view => view.TryGet("default", "kubernetes", out _));
        services.TryGet("default", "kubernetes", out var service);
        Assert.Equal("10.96.0.1", service!.View().At("spec", "clusterIP").Text());
        var endpoints = await plane.WaitAsync(KnownTypes.Endpoints, view => view.TryGet("default", "kubernetes", out _));
        endpoints.TryGet("default", "kubernetes", out var api);
        Assert.Contains("192.0.2.1", Encoding.UTF8.GetString(api!.Body), StringComparison.Ordinal);
        await plane.WaitAsync(KnownTypes.PriorityClasses, view => view.Count == 2);
    }

    [Fact]
    public async Task Bootstrap_EndpointsDamaged_AreRepaired()
    {
        var key = new ResourceKey(KnownTypes.EndpointSlices, "default", "kubernetes");
        await plane.WaitAsync(key.Type, view => view.TryGet(key.Namespace, key.Name, out _));
        await plane.PatchAsync(key, """{"endpoints":[{"addresses":["192.0.2.9"]}]}""");
        await plane.WaitAsync(key.Type, view => view.TryGet(key.Namespace, key.Name, out var slice)
            && slice.View().At("endpoints")[0].At("addresses")[0].ValueEquals("192.0.2.1"));
    }

    [Fact]
    public async Task Namespace_Created_GetsAccountAndCertificate()
    {
        var ns = await plane.CreateNamespaceAsync();
        await plane.WaitAsync(KnownTypes.ConfigMaps, view => view.TryGet(ns, "kube-root-ca.crt", out _));
        await plane.DeleteAsync(new(KnownTypes.ServiceAccounts, ns, "default"));
        await plane.WaitAsync(KnownTypes.ServiceAccounts, view => view.TryGet(ns, "default", out _));
    }

    [Fact]
    public async Task Account_Created_NamesASecretWithItsToken_ThatIsReplacedAndGoesWithIt()
    {
        var ns = await plane.CreateNamespaceAsync();
        var account = await plane.CreateAsync(KnownTypes.ServiceAccounts, ns, """{"metadata":{"name":"robot"}}""");
        var first = await NamedSecretAsync(account.Key, "");
        await plane.DeleteAsync(new(KnownTypes.Secrets, ns, first));
        var second = await NamedSecretAsync(account.Key, first);
        await plane.WaitAsync(KnownTypes.Secrets, view => view.TryGet(ns, second, out var secret) && secret.View().Text("data", "token").Length > 0);
        await plane.DeleteAsync(account.Key);
        await plane.WaitGoneAsync(new(KnownTypes.Secrets, ns, second));
    }

    [Fact]
    public async Task TokenSecret_MadeByHand_IsFilled()
    {
        var ns = await plane.CreateNamespaceAsync();
        await plane.CreateAsync(KnownTypes.Secrets, ns, """
            {"metadata":{"name":"mine","annotations":{"kubernetes.io/service-account.name":"default"}},"type":"kubernetes.io/service-account-token"}
            """);
        var view = await plane.WaitAsync(KnownTypes.Secrets, view => view.TryGet(ns, "mine", out var secret) && secret.View().Text("data", "token").Length > 0);
        view.TryGet(ns, "mine", out var filled);
        Assert.Equal("PEM", Encoding.UTF8.GetString(Convert.FromBase64String(filled!.View().Text("data", "ca.crt"))));
        Assert.NotEqual("", filled!.View().Text("metadata", "annotations", "kubernetes.io/service-account.uid"));
    }

    /// <summary>The only Secret the account names, when that is another than <paramref name="former"/> and exists.</summary>
    private async Task<string> NamedSecretAsync(ResourceKey account, string former)
    {
        var name = former;
        await plane.WaitAsync(account.Type, view =>
        {
            view.TryGet(account.Namespace, account.Name, out var item);
            name = item!.View().Items("secrets").ToList() is [var only] ? only.Text("name") : former;
            return name != former;
        });
        await plane.WaitAsync(KnownTypes.Secrets, view => view.TryGet(account.Namespace, name, out _));
        return name;
    }

    [Fact]
    public async Task Deployment_Created_RunsItsPodsAndReportsProgress()
    {
        var (ns, key) = await DeployAsync(3);
        var pods = plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).ToList();
        Assert.Equal(3, pods.Count);
        Assert.All(pods, pod => Assert.NotNull(pod.ControllerUid));
        await plane.WaitAsync(KnownTypes.Events, view => view.Enumerate(ns).Any(item => Says(item, "ScalingReplicaSet")));
        await plane.WaitAsync(KnownTypes.Events, view => view.Enumerate(ns).Count(item => Says(item, "SuccessfulCreate")) == 3);
        await plane.WaitAsync(key.Type, view => view.TryGet(ns, "web", out var item)
            && item.View().At("status", "conditions").Condition("Progressing").At("reason").ValueEqualsText("NewReplicaSetAvailable"));
    }

    [Fact]
    public async Task Deployment_NewImage_RollsOverAndBack()
    {
        var (ns, key) = await DeployAsync(4);
        await SetImageAsync(key, "app:2");
        await WaitRolledOutAsync(key, 4, "2");
        await SetImageAsync(key, "app:1");
        await WaitRolledOutAsync(key, 4, "3");
        Assert.Equal(2, plane.Caches.Get(KnownTypes.ReplicaSets).Current.Enumerate(ns).Count());
    }

    [Fact]
    public async Task Deployment_Recreate_EndsWithNewPodsOnly()
    {
        var (ns, key) = await DeployAsync(2, """ "strategy":{"type":"Recreate"}, """);
        await SetImageAsync(key, "app:2");
        await WaitRolledOutAsync(key, 2, "2");
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() == 2 && view.Enumerate(ns).All(pod => HasImage(pod, "app:2")));
    }

    [Fact]
    public async Task Deployment_ScaledManyTimes_EndsAtTheLastSize()
    {
        var (ns, key) = await DeployAsync(1);
        foreach (var size in new[] { 10, 3, 25, 0, 7 })
        {
            await plane.PatchAsync(key, $$"""{"spec":{"replicas":{{size}} } }""");
        }

        await plane.WaitAsync(KnownTypes.Deployments, view => view.TryGet(ns, "web", out var item)
            && item.View().At("status", "availableReplicas").Int() == 7 && item.View().At("status", "replicas").Int() == 7);
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() == 7);
    }

    [Fact]
    public async Task ReplicaSet_PodDeleted_IsReplaced()
    {
        var (ns, _) = await DeployAsync(2);
        var victim = plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).First();
        await plane.DeleteAsync(victim.Key);
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() == 2 && view.Enumerate(ns).All(pod => pod.Uid != victim.Uid));
    }

    [Fact]
    public async Task ReplicaSet_PodRelabelled_IsReleasedAndReplacedAndAdoptedBack()
    {
        var (ns, _) = await DeployAsync(1);
        var pod = plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns).First();
        await plane.PatchAsync(pod.Key, """{"metadata":{"labels":{"app":"debug"}}}""");
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count() == 2
            && view.TryGet(ns, pod.Key.Name, out var released) && released.ControllerUid is null);
        await plane.PatchAsync(pod.Key, """{"metadata":{"labels":{"app":"web"}}}""");
        await plane.WaitAsync(KnownTypes.Pods, view => view.Enumerate(ns).Count(item => item.ControllerUid is not null) == 1 && view.Enumerate(ns).Count() == 1);
    }

    [Fact]
    public async Task Service_WithPods_HasEndpointsThatFollow()
    {
        var (ns, key) = await DeployAsync(3);
        var service = await plane.CreateAsync(KnownTypes.Services, ns, """
            {"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"selector":{"app":"web"},"ports":[{"port":80,"targetPort":8080}]}}
            """);
        await plane.WaitAsync(KnownTypes.EndpointSlices, view => view.Enumerate(ns).Sum(slice => slice.View().At("endpoints").Items().Count()) == 3);
        await plane.PatchAsync(key, """{"spec":{"replicas":1}}""");
        await plane.WaitAsync(KnownTypes.EndpointSlices, view => view.Enumerate(ns).Sum(slice => slice.View().At("endpoints").Items().Count()) == 1);
        await plane.WaitAsync(KnownTypes.Endpoints, view => view.TryGet(ns, "web", out var endpoints)
            && endpoints.View().At("subsets").Items().Single().At("addresses").Items().Count() == 1);
        await plane.DeleteAsync(service.Key);
        await plane.WaitGoneAsync(new(KnownTypes.Endpoints, ns, "web"));
        await plane.WaitAsync(KnownTypes.EndpointSlices, view => !view.Enumerate(ns).Any());
    }

    [Theory]
    [InlineData(DeletionPropagation.Background)]
    [InlineData(DeletionPropagation.Foreground)]
    public async Task Deployment_Deleted_TakesItsDependentsAlong(DeletionPropagation propagation)
    {
        var (ns, key) = await DeployAsync(3);
        await plane.DeleteAsync(key, propagation);
        await plane.WaitGoneAsync(key);
        await plane.WaitAsync(KnownTypes.ReplicaSets, view => !view.Enumerate(ns).Any());
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
    }

    [Fact]
    public async Task Deployment_DeletedAsOrphan_LeavesItsReplicaSet()
    {
        var (ns, key) = await DeployAsync(1);
        await plane.DeleteAsync(key, DeletionPropagation.Orphan);
        await plane.WaitGoneAsync(key);
        var sets = await plane.WaitAsync(KnownTypes.ReplicaSets, view => view.Enumerate(ns).All(set => set.OwnerUids.IsEmpty));
        Assert.Single(sets.Enumerate(ns));
        Assert.Single(plane.Caches.Get(KnownTypes.Pods).Current.Enumerate(ns));
    }

    [Fact]
    public async Task Garbage_OneOwnerLives_DependentSurvivesWithoutTheOther()
    {
        var ns = await plane.CreateNamespaceAsync();
        var (first, second) = (await MapAsync(ns, "first"), await MapAsync(ns, "second"));
        var dependent = await MapAsync(ns, "dependent", first, second);
        await plane.DeleteAsync(first.Key);
        await plane.WaitAsync(KnownTypes.ConfigMaps, view => view.TryGet(ns, "dependent", out var item) && item.OwnerUids.SequenceEqual([second.Uid]));
        await plane.DeleteAsync(second.Key);
        await plane.WaitGoneAsync(dependent.Key);
    }

    [Fact]
    public async Task Garbage_OwnerNeverExisted_DependentGoes()
    {
        var ns = await plane.CreateNamespaceAsync();
        var owner = await MapAsync(ns, "owner");
        var dependent = await plane.CreateAsync(KnownTypes.ConfigMaps, ns, $$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"dependent",
             "ownerReferences":[{"apiVersion":"v1","kind":"ConfigMap","name":"{{owner.Key.Name}}","uid":"00000000-0000-0000-0000-000000000000"}]} }
            """);
        await plane.WaitGoneAsync(dependent.Key);
    }

    [Fact]
    public async Task Garbage_Circle_GoesAsAWhole()
    {
        var ns = await plane.CreateNamespaceAsync();
        var first = await MapAsync(ns, "a");
        var second = await MapAsync(ns, "b", first);
        await plane.PatchAsync(first.Key, $$"""{"metadata":{"ownerReferences":[{{Reference(second)}}]} }""");
        await plane.DeleteAsync(first.Key, DeletionPropagation.Foreground);
        await plane.WaitGoneAsync(first.Key);
        await plane.WaitGoneAsync(second.Key);
    }

    [Fact]
    public async Task Namespace_Deleted_GoesWithAllThatIsInIt()
    {
        var (ns, _) = await DeployAsync(3);
        var key = new ResourceKey(KnownTypes.Namespaces, "", ns);
        await plane.DeleteAsync(key);
        await plane.WaitGoneAsync(key);
        foreach (var type in new[] { KnownTypes.Pods, KnownTypes.ReplicaSets, KnownTypes.Deployments, KnownTypes.ConfigMaps, KnownTypes.ServiceAccounts })
        {
            Assert.Empty((await plane.Caches.Get(type).GetConsistentAsync()).Enumerate(ns));
        }
    }

    [Fact]
    public async Task Namespace_ContentHeldByAFinalizer_SaysWhatItWaitsFor()
    {
        var ns = await plane.CreateNamespaceAsync();
        var map = await plane.CreateAsync(KnownTypes.ConfigMaps, ns, """
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"held","finalizers":["example.com/hold"]}}
            """);
        var key = new ResourceKey(KnownTypes.Namespaces, "", ns);
        await plane.DeleteAsync(key);
        await plane.WaitAsync(key.Type, view => view.TryGet("", ns, out var item)
            && item.View().At("status", "conditions").Condition("NamespaceContentRemaining").At("status").ValueEqualsText("True"));
        await plane.PatchAsync(map.Key, """{"metadata":{"finalizers":null}}""");
        await plane.WaitGoneAsync(key);
    }

    [Fact]
    public async Task Node_LostWhileAnotherIsReady_IsTaintedAndEmptied()
    {
        var ns = await plane.CreateNamespaceAsync();
        await NodeAsync("lost", "True");
        await NodeAsync("alive", "True");
        await BoundPodAsync(ns, "patient", "lost", """[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute"}]""");
        await BoundPodAsync(ns, "touchy", "lost", """[{"key":"node.kubernetes.io/unreachable","operator":"Exists","effect":"NoExecute","tolerationSeconds":1}]""");
        await NodeAsync("lost", "Unknown");
        var nodes = await plane.WaitAsync(KnownTypes.Nodes, view => view.TryGet("", "lost", out var node)
            && node.View().At("spec", "taints").Items().Count() == 2);
        Assert.True(nodes.TryGet("", "alive", out _));
        await plane.WaitAsync(KnownTypes.Pods, view => view.TryGet(ns, "touchy", out var pod) && pod.DeletionTimestamp is not null);
        var pods = await plane.WaitAsync(KnownTypes.Pods, view => view.TryGet(ns, "patient", out var pod)
            && pod.View().At("status", "conditions").Condition("Ready").At("status").ValueEqualsText("False"));
        Assert.True(pods.TryGet(ns, "patient", out var patient) && patient.DeletionTimestamp is null);
        await plane.WaitAsync(KnownTypes.Events, view => view.Enumerate(ns).Any(item => Says(item, "TaintManagerEviction")));

        await NodeAsync("lost", "True");
        await plane.WaitAsync(KnownTypes.Nodes, view => view.TryGet("", "lost", out var node) && !node.View().At("spec", "taints").Items().Any());
        await plane.WaitAsync(KnownTypes.Pods, view => view.TryGet(ns, "patient", out var pod)
            && pod.View().At("status", "conditions").Condition("Ready").At("status").ValueEqualsText("True"));
        await plane.DeleteAsync(new(KnownTypes.Nodes, "", "lost"));
        await plane.WaitAsync(KnownTypes.Pods, view => !view.Enumerate(ns).Any());
    }

    private async Task NodeAsync(string name, string ready)
    {
        var key = new ResourceKey(KnownTypes.Nodes, "", name);
        if (!(await plane.Caches.Get(KnownTypes.Nodes).GetConsistentAsync()).TryGet("", name, out _))
        {
            await plane.CreateAsync(KnownTypes.Nodes, "", $$"""{"apiVersion":"v1","kind":"Node","metadata":{"name":"{{name}}"} }""");
        }

        await plane.PatchAsync(key, $$"""{"status":{"conditions":[{"type":"Ready","status":"{{ready}}"}]} }""", "status");
    }

    private async Task BoundPodAsync(string ns, string name, string node, string tolerations)
    {
        await plane.CreateAsync(KnownTypes.Pods, ns, $$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"{{name}}","labels":{"{{ControlPlane.UnmanagedLabel}}":""} },
             "spec":{"nodeName":"{{node}}","tolerations":{{tolerations}},"containers":[{"name":"c","image":"app:1"}]} }
            """);
        await plane.PatchAsync(
            new(KnownTypes.Pods, ns, name),
            """{"status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","lastTransitionTime":"2026-01-01T00:00:00Z"}]}}""", "status");
    }

    private async Task<ResourceSnapshot> MapAsync(string ns, string name, params ResourceSnapshot[] owners) =>
        await plane.CreateAsync(KnownTypes.ConfigMaps, ns, $$"""
            {"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"{{name}}","ownerReferences":[{{string.Join(',', owners.Select(Reference))}}]} }
            """);

    private static string Reference(ResourceSnapshot owner) =>
        $$"""{"apiVersion":"v1","kind":"ConfigMap","name":"{{owner.Key.Name}}","uid":"{{owner.Uid}}","blockOwnerDeletion":true}""";

    private async Task<(string Namespace, ResourceKey Key)> DeployAsync(int replicas, string extra = "")
    {
        var ns = await plane.CreateNamespaceAsync();
        var deployment = await plane.CreateAsync(KnownTypes.Deployments, ns, $$"""
            {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},
             "spec":{"replicas":{{replicas}},{{extra}}"selector":{"matchLabels":{"app":"web"} },
             "template":{"metadata":{"labels":{"app":"web"} },"spec":{"containers":[{"name":"c","image":"app:1"}]} } } }
            """);
        await WaitRolledOutAsync(deployment.Key, replicas, "1");
        return (ns, deployment.Key);
    }

    private Task SetImageAsync(ResourceKey key, string image) => plane.PatchAsync(
        key, $$"""{"spec":{"template":{"spec":{"containers":[{"name":"c","image":"{{image}}"}]} } } }""");

    private Task<IResourceView> WaitRolledOutAsync(ResourceKey key, int replicas, string revision) =>
        plane.WaitAsync(key.Type, view => view.TryGet(key.Namespace, key.Name, out var item) && IsRolledOut(item.View(), replicas, revision));

    private static bool IsRolledOut(JsonElement deployment, int replicas, string revision)
    {
        var status = deployment.At("status");
        return status.At("observedGeneration").Long() == deployment.At("metadata", "generation").Long()
            && status.At("updatedReplicas").Int() == replicas && status.At("replicas").Int() == replicas
            && status.At("availableReplicas").Int() == replicas
            && deployment.At("metadata", "annotations", "deployment.kubernetes.io/revision").ValueEqualsText(revision);
    }

    private static bool Says(ResourceSnapshot item, string reason) => item.View().At("reason").ValueEqualsText(reason);

    private static bool HasImage(ResourceSnapshot pod, string image) => pod.View().At("spec", "containers")[0].At("image").ValueEqualsText(image);
}
