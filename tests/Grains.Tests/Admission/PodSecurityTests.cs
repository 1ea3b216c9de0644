using System.Text.Json.Nodes;
using Crescent.Grains.Mutation.Admission.PodSecurity;
using Xunit;

namespace Crescent.Grains.Tests.Admission;

public sealed class PodSecurityTests
{
    [Fact]
    public void Restricted_PlainPod_IsToldWhatItMustSet() => Assert.Equal(
        [
            "allowPrivilegeEscalation != false (container \"nginx\" must set securityContext.allowPrivilegeEscalation=false)",
            "unrestricted capabilities (container \"nginx\" must set securityContext.capabilities.drop=[\"ALL\"])",
            "runAsNonRoot != true (pod or container \"nginx\" must set securityContext.runAsNonRoot=true)",
            "seccompProfile (pod or container \"nginx\" must set securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\")",
        ],
        Violations(PodSecurityLevel.Restricted, """{"containers":[{"name":"nginx"}]}"""));

    [Fact]
    public void Restricted_HardenedPod_Conforms() => Assert.Empty(Violations(PodSecurityLevel.Restricted, """
        {"securityContext":{"runAsNonRoot":true,"seccompProfile":{"type":"RuntimeDefault"}},
         "containers":[{"name":"c","securityContext":{"allowPrivilegeEscalation":false,"capabilities":{"drop":["ALL"],"add":["NET_BIND_SERVICE"]}}}],
         "volumes":[{"name":"v","projected":{}}]}
        """));

    [Theory]
    [InlineData("""{"containers":[{"name":"c"}]}""", "")]
    [InlineData("""{"hostNetwork":true,"hostPID":true,"containers":[{"name":"c"}]}""", "host namespaces (hostNetwork=true, hostPID=true)")]
    [InlineData("""{"volumes":[{"name":"a","hostPath":{}},{"name":"b","hostPath":{}}],"containers":[{"name":"c"}]}""", "hostPath volumes (volumes \"a\", \"b\")")]
    [InlineData(
        """{"containers":[{"name":"c","securityContext":{"privileged":true}}]}""", "privileged (container \"c\" must not set securityContext.privileged=true)")]
    [InlineData("""{"containers":[{"name":"c","ports":[{"hostPort":80}]}]}""", "hostPort (container \"c\" uses hostPort 80)")]
    [InlineData(
        """{"initContainers":[{"name":"i","securityContext":{"capabilities":{"add":["NET_ADMIN","CHOWN"]}}}],"containers":[{"name":"c"}]}""",
        "non-default capabilities (container \"i\" must not include \"NET_ADMIN\" in securityContext.capabilities.add)")]
    [InlineData(
        """{"containers":[{"name":"c"}],"ephemeralContainers":[{"name":"e","securityContext":{"procMount":"Unmasked"}}]}""",
        "procMount (container \"e\" must not set securityContext.procMount to \"Unmasked\")")]
    [InlineData("""{"securityContext":{"sysctls":[{"name":"kernel.msgmax"}]},"containers":[{"name":"c"}]}""", "forbidden sysctls (kernel.msgmax)")]
    public void Baseline_Pod_IsJudgedByWhatItSets(string spec, string expected) =>
        Assert.Equal(expected.Length == 0 ? [] : [expected], Violations(PodSecurityLevel.Baseline, spec));

    [Fact]
    public void Read_UnknownLevel_CountsAsTheStrictest()
    {
        var policy = PodSecurityPolicy.Read(new Dictionary<string, string> { ["pod-security.kubernetes.io/enforce"] = "strict" });
        Assert.Equal("restricted:latest", $"{policy.Enforce}");
        Assert.Equal(PodSecurityLevel.Privileged, policy.Warn.Level);
    }

    private static IReadOnlyList<string> Violations(PodSecurityLevel level, string spec) =>
        PodSecurityStandards.Violations(level, [], JsonNode.Parse(spec)!.AsObject());
}
