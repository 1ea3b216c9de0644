using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Volumes;
using k8s.Models;
using Xunit;

namespace Crescent.NodeAgent.Tests.Pods;

public sealed class PodVolumeTests
{
    private static CancellationToken Limit => new CancellationTokenSource(TimeSpan.FromSeconds(120)).Token;

    [EngineFact]
    public async Task DownwardApi_LabelChanges_FileFollows()
    {
        await using var node = await TestNode.StartAsync();
        var pod = PodJson.Shell("labels", "grep -q two /etc/pod/labels && exit 1; echo started; until grep -q two /etc/pod/labels; do sleep 0.1; done", "Never");
        pod["spec"]!["containers"]![0]!["volumeMounts"] = JsonNode.Parse("""[{"name":"pod","mountPath":"/etc/pod"}]""");
        pod["spec"]!["volumes"] = JsonNode.Parse(
            """[{"name":"pod","projected":{"sources":[{"downwardAPI":{"items":[{"path":"labels","fieldRef":{"fieldPath":"metadata.labels"}}]}}]}}]""");
        var key = node.Run(pod);
        await node.Cluster.WaitForStatusAsync(key, PodJson.IsReady, Limit);

        pod["metadata"]!["labels"]!["app"] = "two";
        node.Run(pod);
        await node.Cluster.WaitForStatusAsync(key, static status => PodJson.Phase(status) == "Succeeded", Limit);
    }

    [EngineFact]
    public async Task FsGroup_SecretAndScratchVolume_BelongToTheGroup()
    {
        await using var node = await TestNode.StartAsync();
        var secret = new JsonObject
        {
            ["apiVersion"] = "v1", ["kind"] = "Secret", ["metadata"] = new JsonObject { ["name"] = "key", ["namespace"] = "default" },
            ["data"] = new JsonObject { ["file"] = "b3Blbg==" },
        };
        node.Cluster.Put(KnownTypes.Secrets, secret);
        var pod = PodJson.Shell("group", "(cat /key/file; stat -L -c ' %a %g' /key/file; touch /scratch/x; stat -c '%g' /scratch/x) > /dev/termination-log 2>&1", "Never");
        pod["spec"]!["securityContext"] = JsonNode.Parse("""{"runAsUser":1000,"fsGroup":1234}""");
        pod["spec"]!["containers"]![0]!["volumeMounts"] = JsonNode.Parse("""[{"name":"key","mountPath":"/key"},{"name":"scratch","mountPath":"/scratch"}]""");
        pod["spec"]!["volumes"] = JsonNode.Parse("""[{"name":"key","secret":{"secretName":"key","defaultMode":256}},{"name":"scratch","emptyDir":{}}]""");
        var key = node.Run(pod);

        var status = await node.Cluster.WaitForStatusAsync(key, static status => PodJson.Phase(status) is "Succeeded" or "Failed", Limit);
        Assert.Equal("open 440 1234\n1234\n", PodJson.Of(status, "main")!["state"]!["terminated"]!["message"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("a", "a", true, false)]
    [InlineData("a", "b", true, true)]
    [InlineData("a", "b", false, false)]
    public void ShowsOther_Labels_CountWhereAVolumeShowsThem(string before, string now, bool hasVolume, bool expected) =>
        Assert.Equal(expected, VolumeKeeper.ShowsOther(Pod(before, "1", hasVolume), Pod(now, "1", hasVolume)));

    [Fact]
    public void ShowsOther_LimitChanges_IsTrue() => Assert.True(VolumeKeeper.ShowsOther(Pod("a", "1", true), Pod("a", "2", true)));

    [Fact]
    public async Task Keeper_OutdatedWhileTheyAreMade_MakesThemAgainAfterwards()
    {
        var made = new List<TaskCompletionSource<ImmutableDictionary<string, PreparedVolume>>>();
        var asked = new SemaphoreSlim(0);
        var keeper = new VolumeKeeper(_ =>
        {
            made.Add(new(TaskCreationOptions.RunContinuationsAsynchronously));
            asked.Release();
            return made[^1].Task;
        });
        var first = keeper.GetAsync(Limit);
        Assert.Same(first, keeper.GetAsync(Limit));
        await asked.WaitAsync(Limit);
        keeper.Outdate();
        var second = keeper.GetAsync(Limit);
        Assert.Single(made);
        made[0].SetException(new ConfigurationException("not now"));
        await Assert.ThrowsAsync<ConfigurationException>(() => first);
        await asked.WaitAsync(Limit);
        made[1].SetResult(ImmutableDictionary<string, PreparedVolume>.Empty);
        Assert.Empty(await second);
    }

    private static V1Pod Pod(string label, string limit, bool hasVolume) => new()
    {
        Metadata = new V1ObjectMeta { Name = "web", Labels = new Dictionary<string, string>(StringComparer.Ordinal) { ["app"] = label } },
        Spec = new V1PodSpec
        {
            Containers =
            [
                new V1Container
                {
                    Name = "main",
                    Resources = new V1ResourceRequirements { Limits = new Dictionary<string, ResourceQuantity>(StringComparer.Ordinal) { ["cpu"] = new(limit) } },
                },
            ],
            Volumes = [new V1Volume { Name = "v", DownwardAPI = hasVolume ? new V1DownwardAPIVolumeSource() : null }],
        },
    };
}
