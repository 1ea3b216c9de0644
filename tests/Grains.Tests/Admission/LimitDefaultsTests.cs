using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Admission.Limits;
using Xunit;

namespace Crescent.Grains.Tests.Admission;

public sealed class LimitDefaultsTests
{
    [Fact]
    public void Apply_ContainerLeavesAmountsOpen_FillsThemInAndSaysSo()
    {
        var pod = JsonNode.Parse("""{"metadata":{},"spec":{"containers":[{"name":"c","resources":{"requests":{"cpu":"5m"}}}]}}""")!.AsObject();
        LimitDefaults.Apply(pod, JsonNode.Parse("""
            {"spec":{"limits":[{"type":"Container","default":{"memory":"512Mi"},"defaultRequest":{"cpu":"100m","memory":"256Mi"}}]}}
            """)!.AsObject());
        Assert.Equal("""{"requests":{"cpu":"5m","memory":"256Mi"},"limits":{"memory":"512Mi"}}""", pod["spec"]!["containers"]![0]!["resources"]!.ToJsonString());
        Assert.Equal(
            "LimitRanger plugin set: memory limit for container c; memory request for container c",
            (string?)pod["metadata"]!["annotations"]!["kubernetes.io/limit-ranger"]);
    }
}
