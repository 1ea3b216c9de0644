using Crescent.Grains.Tests.Mutation;
using Crescent.Identity;
using Xunit;

namespace Crescent.Grains.Tests.Admission;

public sealed class ServiceAccountAdmissionTests
{
    private const string Spec = """{"containers":[{"name":"c","image":"i"}]}""";

    [Fact]
    public async Task Pod_SaysNothing_GetsTheDefaultAccountAndItsToken()
    {
        var harness = new PipelineHarness(KnownTypes.Pods);
        await harness.CreateAsync($"{{\"metadata\":{{\"name\":\"web\"}},\"spec\":{Spec}}}");
        var spec = harness.Object["spec"]!;
        Assert.Equal("default", (string?)spec["serviceAccountName"]);
        var volume = spec["volumes"]![0]!;
        Assert.StartsWith("kube-api-access-", (string?)volume["name"], StringComparison.Ordinal);
        Assert.Equal(3607, (int)volume["projected"]!["sources"]![0]!["serviceAccountToken"]!["expirationSeconds"]!);
        var mount = spec["containers"]![0]!["volumeMounts"]![0]!;
        Assert.Equal((string?)volume["name"], (string?)mount["name"]);
        Assert.Equal("/var/run/secrets/kubernetes.io/serviceaccount", (string?)mount["mountPath"]);
    }

    [Fact]
    public async Task Pod_WantsNoToken_GetsNone()
    {
        var harness = new PipelineHarness(KnownTypes.Pods);
        await harness.CreateAsync("""{"metadata":{"name":"web"},"spec":{"automountServiceAccountToken":false,"containers":[{"name":"c","image":"i"}]}}""");
        Assert.Null(harness.Object["spec"]!["volumes"]);
    }

    [Fact]
    public async Task Account_WantsNoToken_PodCanStillAskForIt()
    {
        var harness = new PipelineHarness(KnownTypes.Pods);
        harness.Caches.Put(KnownTypes.ServiceAccounts, "default", """{"automountServiceAccountToken":false,"imagePullSecrets":[{"name":"pull"}]}""", ns: "default");
        await harness.CreateAsync($"{{\"metadata\":{{\"name\":\"web\"}},\"spec\":{Spec}}}");
        Assert.Null(harness.Object["spec"]!["volumes"]);
        Assert.Equal("pull", (string?)harness.Object["spec"]!["imagePullSecrets"]![0]!["name"]);
        harness.Current = null;
        await harness.CreateAsync("""{"metadata":{"name":"web"},"spec":{"automountServiceAccountToken":true,"containers":[{"name":"c","image":"i"}]}}""");
        Assert.NotNull(harness.Object["spec"]!["volumes"]);
    }

    [Fact]
    public async Task Account_IsMissing_RefusesThePod()
    {
        var harness = new PipelineHarness(KnownTypes.Pods);
        PipelineHarness.AssertRefused(
            await harness.CreateAsync("""{"metadata":{"name":"web"},"spec":{"serviceAccountName":"robot","containers":[{"name":"c","image":"i"}]}}"""),
            403, "pods \"web\" is forbidden: error looking up service account default/robot: serviceaccount \"robot\" not found");
    }
}
