using System.Net;
using System.Text.Json.Nodes;
using Crescent.NodeAgent.Hosting;
using Crescent.NodeAgent.Registration;

namespace Crescent.NodeAgent.Tests.Registration;

public sealed class NodeObjectTests
{
    [Fact]
    public void Build_WithLabelsAndTaints_PutsThemWhereTheSchedulerLooks()
    {
        var options = new AgentOptions
        {
            Home = "/tmp/none", NodeName = "n1", Server = new("https://127.0.0.1:6443"), Port = 10251,
            Labels = ["disk=ssd", "edge"], Taints = ["gpu=yes:NoSchedule", "quiet:NoExecute"],
        };

        var node = NodeObject.Build(options, [], "host-1", IPAddress.Parse("10.0.0.7"));

        var labels = node["metadata"]!["labels"]!;
        Assert.Equal("n1", (string?)labels["kubernetes.io/hostname"]);
        Assert.Equal("ssd", (string?)labels["disk"]);
        Assert.Equal("", (string?)labels["edge"]);
        Assert.Equal(
            """[{"key":"gpu","value":"yes","effect":"NoSchedule"},{"key":"quiet","effect":"NoExecute"}]""",
            node["spec"]!["taints"]!.ToJsonString());
        Assert.Equal(
            """[{"type":"InternalIP","address":"10.0.0.7"},{"type":"Hostname","address":"host-1"}]""",
            node["status"]!["addresses"]!.ToJsonString());
        Assert.Equal(10251, (int?)node["status"]!["daemonEndpoints"]!["kubeletEndpoint"]!["Port"]);
    }

    [Fact]
    public void Build_EngineOfAnotherSystem_LabelsTheNodeAsThePodsSeeIt()
    {
        var options = new AgentOptions { Home = "/tmp/none", NodeName = "n1", Server = new("https://127.0.0.1:6443") };
        var status = new JsonObject { ["nodeInfo"] = new JsonObject { ["operatingSystem"] = "plan9", ["architecture"] = "riscv64" } };

        var labels = NodeObject.Build(options, status, "host-1", IPAddress.Parse("10.0.0.7"))["metadata"]!["labels"]!;

        Assert.Equal("plan9", (string?)labels["kubernetes.io/os"]);
        Assert.Equal("riscv64", (string?)labels["kubernetes.io/arch"]);
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("gpu=yes")]
    [InlineData("gpu:Sometimes")]
    [InlineData(":NoSchedule")]
    public void ParseTaint_NoTaint_Throws(string text)
    {
        Assert.Throws<FormatException>(() => NodeObject.ParseTaint(text));
    }
}
