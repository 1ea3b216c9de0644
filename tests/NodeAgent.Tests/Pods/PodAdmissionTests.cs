using System.Text.Json.Nodes;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Pods.Admission;
using Crescent.Scheduling;
using k8s;
using k8s.Models;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodAdmissionTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromMinutes(2)).Token;

    [Theory]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80}""", false)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":81}""", true)]
    [InlineData("""{"hostPort":80,"protocol":"UDP"}""", """{"hostPort":80}""", true)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.1"}""", """{"hostPort":80}""", false)]
    [InlineData("""{"hostPort":80}""", """{"hostPort":80,"hostIP":"10.0.0.1"}""", false)]
    [InlineData("""{"hostPort":80,"hostIP":"10.0.0.2"}""", """{"hostPort":80,"hostIP":"10.0.0.1"}""", true)]
    [InlineData("""{"containerPort":80}""", """{"containerPort":80}""", true)]
    public void HostPort_OfAnotherPod_IsRefused(string held, string wanted, bool fits)
    {
        var rejection = PodAdmission.Judge(WithPort(wanted), [WithPort(held)], Node());

        Assert.Equal(
            fits ? null : new("NodePorts", "Predicate NodePorts failed: node(s) didn't have free ports for the requested pod ports"), rejection);
    }

    [Theory]
    [InlineData("""{"cpu":"1500m"}""", """{"cpu":"1"}""", "OutOfcpu", "cpu, requested: 1000, used: 1500, capacity: 2000")]
    [InlineData("""{"cpu":"1"}""", """{"cpu":"1"}""", null, null)]
    [InlineData("""{}""", """{"memory":"2Ki"}""", "OutOfmemory", "memory, requested: 2048, used: 0, capacity: 1024")]
    [InlineData("""{}""", """{"ephemeral-storage":"1Ki"}""", "OutOfephemeral-storage", "ephemeral-storage, requested: 1024, used: 0, capacity: 1000")]
    [InlineData("""{}""", """{"hugepages-2Mi":"2Mi"}""", "OutOfhugepages-2Mi", "hugepages-2Mi, requested: 2097152, used: 0, capacity: 0")]
    [InlineData("""{}""", """{"example.com/unknown":"1"}""", null, null)]
    [InlineData("""{"example.com/known":"1"}""", """{"example.com/known":"1"}""", "OutOfexample.com/known", "example.com/known, requested: 1, used: 1, capacity: 1")]
    public void Requests_BeyondWhatIsLeft_AreRefused(string taken, string wanted, string? reason, string? rest)
    {
        var rejection = PodAdmission.Judge(WithRequests(wanted), [WithRequests(taken)], Node());

        Assert.Equal(reason is null ? null : new(reason, $"Node didn't have enough resource: {rest}"), rejection);
    }

    [Fact]
    public void Pod_BeyondTheNodesNumber_IsRefusedForThatFirst()
    {
        var rejection = PodAdmission.Judge(WithRequests("""{"cpu":"9"}"""), [WithRequests("{}"), WithRequests("{}"), WithRequests("{}")], Node());

        Assert.Equal(new("OutOfpods", "Node didn't have enough resource: pods, requested: 1, used: 3, capacity: 3"), rejection);
    }

    [Theory]
    [InlineData("""{"nodeSelector":{"disk":"ssd"}}""", true)]
    [InlineData("""{"nodeSelector":{"disk":"hdd"}}""", false)]
    [InlineData("""{"nodeSelector":{"none":""}}""", false)]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchFields":[{"key":"metadata.name","operator":"In","values":["n"]}]}]}}}}""", true)]
    [InlineData("""{"affinity":{"nodeAffinity":{"requiredDuringSchedulingIgnoredDuringExecution":{"nodeSelectorTerms":[{"matchExpressions":[{"key":"disk","operator":"NotIn","values":["ssd"]}]}]}}}}""", false)]
    [InlineData("""{"affinity":{"nodeAffinity":{"preferredDuringSchedulingIgnoredDuringExecution":[]}}}""", true)]
    public void Node_WithOtherLabels_IsRefused(string spec, bool fits)
    {
        var rejection = PodAdmission.Judge(Claims(spec), [], Node());

        Assert.Equal(fits ? null : new("NodeAffinity", "Predicate NodeAffinity failed: node(s) didn't match Pod's node affinity/selector"), rejection);
        Assert.Null(PodAdmission.Judge(Claims(spec), [], Node() with { Labels = null }));
    }

    [Fact]
    public void Pod_ForAnotherSystem_IsRefused()
    {
        Assert.Equal("PodOSNotSupported", PodAdmission.Judge(Claims("""{"os":{"name":"windows"}}"""), [], Node())?.Reason);
        Assert.Null(PodAdmission.Judge(Claims("""{"os":{"name":"linux"}}"""), [], Node()));
    }

    [EngineFact]
    public async Task Pod_ThatDoesNotFit_FailsWithoutASandbox_AndItsSuccessorRunsWhenThereIsRoom()
    {
        await using var node = await TestNode.StartAsync(new() { ["Pods:MaxPods"] = "1" });
        var first = PodJson.Shell("first", PodJson.Obedient);
        var firstKey = node.Run(first);
        await node.Cluster.WaitForStatusAsync(firstKey, PodJson.IsReady, Limit);

        // Who runs already stays, whatever a new agent finds.
        await node.RestartAsync();
        var second = PodJson.Shell("second", PodJson.Obedient);
        var secondKey = node.Run(second);
        var failed = await node.Cluster.WaitForStatusAsync(secondKey, static status => PodJson.Phase(status) == "Failed", Limit);
        Assert.Equal("OutOfpods", failed["reason"]!.GetValue<string>());
        Assert.Equal(
            "Pod was rejected: Node didn't have enough resource: pods, requested: 1, used: 1, capacity: 1", failed["message"]!.GetValue<string>());
        Assert.Empty((await node.Runtime.ListAsync()).Sandboxes.Where(static sandbox => sandbox.Pod.Name == "second"));
        node.Delete(second, grace: 30);
        await node.Cluster.WaitForRemovalAsync(secondKey, Limit);

        node.Delete(first, grace: 1);
        await node.Cluster.WaitForRemovalAsync(firstKey, Limit);
        var thirdKey = node.Run(PodJson.Shell("third", PodJson.Obedient));
        await node.Cluster.WaitForStatusAsync(thirdKey, PodJson.IsReady, Limit);
    }

    private static NodeOffer Node()
    {
        var allocatable = ResourceAmounts.Of(2000, 1024);
        allocatable.Set("pods", "3");
        allocatable.Set("ephemeral-storage", "1k");
        allocatable.Set("example.com/known", "1");
        return new("n", allocatable, new Dictionary<string, string>(StringComparer.Ordinal) { ["disk"] = "ssd" });
    }

    private static PodClaims WithPort(string port) => Claims($$"""{"containers":[{"name":"main","ports":[{{port}}]}]}""");

    private static PodClaims WithRequests(string requests) => Claims($$$"""{"containers":[{"name":"main","resources":{"requests":{{{requests}}}}}]}""");

    private static PodClaims Claims(string spec)
    {
        var body = JsonNode.Parse(spec)!.AsObject();
        body.TryAdd("containers", new JsonArray());
        return PodClaims.Of(new V1Pod { Metadata = new V1ObjectMeta { Name = "p", Uid = "u" }, Spec = KubernetesJson.Deserialize<V1PodSpec>(body.ToJsonString()) });
    }
}
