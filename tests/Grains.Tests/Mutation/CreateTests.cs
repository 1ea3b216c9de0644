using System.Text.Json.Nodes;
using Crescent.Identity;
using Crescent.Resources;
using Xunit;
using static Crescent.Grains.Tests.Mutation.PipelineHarness;

namespace Crescent.Grains.Tests.Mutation;

public sealed class CreateTests
{
    private const string Deployment = """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web"},"spec":{"selector":{"matchLabels":{"app":"web"}},
         "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx"}]}}}}
        """;

    [Fact]
    public async Task Create_Deployment_GetsKubernetesDefaults()
    {
        var web = new PipelineHarness(KnownTypes.Deployments);

        Assert.Equal(MutationOutcome.Created, (await web.CreateAsync(Deployment)).Outcome);

        var expected = JsonNode.Parse("""
            {"replicas":1,"selector":{"matchLabels":{"app":"web"}},"revisionHistoryLimit":10,"progressDeadlineSeconds":600,
             "strategy":{"type":"RollingUpdate","rollingUpdate":{"maxSurge":"25%","maxUnavailable":"25%"}},
             "template":{"metadata":{"labels":{"app":"web"}},"spec":{"containers":[{"name":"web","image":"nginx","imagePullPolicy":"Always","resources":{},
              "terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File"}],"restartPolicy":"Always","dnsPolicy":"ClusterFirst",
              "terminationGracePeriodSeconds":30,"securityContext":{},"schedulerName":"default-scheduler"}}}
            """);
        Assert.True(JsonNode.DeepEquals(expected, web.Object["spec"]), web.Object["spec"]!.ToJsonString());
        Assert.Equal(1, web.Object["metadata"]!["generation"]!.GetValue<int>());
        Assert.Equal("2026-01-02T03:04:05Z", web.Object["metadata"]!["creationTimestamp"]!.GetValue<string>());
        Assert.Equal(["apiVersion", "kind", "metadata", "spec", "status"], web.Object.Select(member => member.Key));
    }

    [Fact]
    public async Task Create_Pod_IsAdmittedLikeInKubernetes()
    {
        var pod = new PipelineHarness(KnownTypes.Pods);
        pod.Caches.Put(KnownTypes.PriorityClasses, "high", """{"value":1000,"preemptionPolicy":"Never"}""");

        await pod.CreateAsync("""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},"spec":{"priorityClassName":"high","containers":[{"name":"a","image":"x:1",
             "resources":{"limits":{"cpu":"0.5","memory":"1024Mi"}},"readinessProbe":{"httpGet":{"port":80}}}]}}
            """);

        var spec = pod.Object["spec"]!;
        Assert.Equal(1000, spec["priority"]!.GetValue<int>());
        Assert.Equal("Never", spec["preemptionPolicy"]!.GetValue<string>());
        Assert.Equal("default", spec["serviceAccountName"]!.GetValue<string>());
        Assert.Equal(2, spec["tolerations"]!.AsArray().Count);
        Assert.Equal("""{"limits":{"cpu":"500m","memory":"1Gi"},"requests":{"cpu":"500m","memory":"1Gi"}}""", spec["containers"]![0]!["resources"]!.ToJsonString());
        Assert.Equal("IfNotPresent", spec["containers"]![0]!["imagePullPolicy"]!.GetValue<string>());
        Assert.Equal("""{"phase":"Pending","qosClass":"Guaranteed"}""", pod.Object["status"]!.ToJsonString());
        Assert.Equal("HTTP", spec["containers"]![0]!["readinessProbe"]!["httpGet"]!["scheme"]!.GetValue<string>());
    }

    [Theory]
    [InlineData("""{"spec":{"replicas":"three"}}""", "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"replicas":1.5}}""", "json: cannot unmarshal number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":{}}}}}""", "json: cannot unmarshal object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container")]
    [InlineData("""{"spec":{"foo":1}}""", "strict decoding error: unknown field \"spec.foo\"")]
    [InlineData("""{"spec":{"template":{"spec":{"containers":[{"name":"a","imagee":"b"}]}}}}""", "strict decoding error: unknown field \"spec.template.spec.containers[0].imagee\"")]
    [InlineData("""{"spec":{"replicas":1,"replicas":2}}""", "strict decoding error: duplicate field \"spec.replicas\"")]
    [InlineData("""{"metadata":{"name":"\ud800"}}""", "invalid character in string literal")]
    [InlineData("""{"spec":""", "unexpected end of JSON input (line 1, byte 9)")]
    public async Task Create_BodyThatCannotBeRead_IsABadRequestInKubernetesWords(string body, string why)
    {
        var web = new PipelineHarness(KnownTypes.Deployments);
        var decision = await web.CreateAsync(body);
        AssertRefused(decision, 400, $"Deployment in version \"v1\" cannot be handled as a Deployment: {why}");
        Assert.Equal("BadRequest", decision.Error!.Reason);
    }

    [Fact]
    public async Task Create_UnknownFieldUnderWarn_IsPrunedWithAWarning()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps);
        var decision = await map.CreateAsync("""{"apiVersion":"v1","kind":"ConfigMap","dat":{"a":"b"}}""", validation: FieldValidation.Warn);
        Assert.Equal(["unknown field \"dat\""], decision.Warnings);
        Assert.False(map.Object.ContainsKey("dat"));
    }

    [Fact]
    public async Task Create_DeploymentWithoutRequiredFields_NamesThemAll()
    {
        var web = new PipelineHarness(KnownTypes.Deployments);
        var decision = await web.CreateAsync("""
            {"apiVersion":"apps/v1","kind":"Deployment","spec":{"selector":{"matchLabels":{"app":"web"}},"template":{"metadata":{"labels":{"app":"x"}},"spec":{"containers":[{}]}}}}
            """);
        AssertRefused(decision, 422, """
            Deployment.apps "web" is invalid: [spec.template.metadata.labels: Invalid value: {"app":"x"}: `selector` does not match template `labels`, spec.template.spec.containers[0].name: Required value, spec.template.spec.containers[0].image: Required value]
            """.Trim());
    }

    [Fact]
    public async Task Create_NameThatIsNoLabel_IsInvalid()
    {
        var web = new PipelineHarness(KnownTypes.ConfigMaps, "Web_1");
        var decision = await web.CreateAsync("""{"metadata":{"name":"Web_1"}}""");
        AssertRefused(decision, 422, """
            ConfigMap "Web_1" is invalid: metadata.name: Invalid value: "Web_1": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')
            """.Trim());
    }

    [Fact]
    public async Task Create_InMissingOrEndingNamespace_IsRefused()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps, ns: "gone");
        AssertRefused(await map.CreateAsync("{}"), 404, "namespaces \"gone\" not found");

        map.Caches.Put(KnownTypes.Namespaces, "gone", """{"status":{"phase":"Terminating"}}""", map.Time.GetUtcNow());
        AssertRefused(
            await map.CreateAsync("{}"), 403,
            "configmaps \"web\" is forbidden: unable to create new content in namespace gone because it is being terminated");
    }

    [Fact]
    public async Task Create_OfAnExistingObject_Conflicts()
    {
        var map = new PipelineHarness(KnownTypes.ConfigMaps);
        await map.CreateAsync("{}");
        AssertRefused(await map.CreateAsync("{}"), 409, "configmaps \"web\" already exists");
    }

    [Fact]
    public async Task Create_Service_GetsAddressesAndKeepsThemThroughAnUpdate()
    {
        var service = new PipelineHarness(KnownTypes.Services);
        await service.CreateAsync("""{"spec":{"type":"NodePort","selector":{"app":"web"},"ports":[{"port":80}]}}""");
        Assert.Equal("10.96.1.0", service.Object["spec"]!["clusterIP"]!.GetValue<string>());
        Assert.Equal(30000, service.Object["spec"]!["ports"]![0]!["nodePort"]!.GetValue<int>());
        Assert.Equal(80, service.Object["spec"]!["ports"]![0]!["targetPort"]!.GetValue<int>());

        await service.ReplaceAsync("""{"spec":{"type":"NodePort","selector":{"app":"other"},"ports":[{"port":80}]}}""");
        Assert.Equal("10.96.1.0", service.Object["spec"]!["clusterIP"]!.GetValue<string>());
        Assert.Equal(30000, service.Object["spec"]!["ports"]![0]!["nodePort"]!.GetValue<int>());

        service.Key = new(KnownTypes.Services, "default", "second");
        service.Current = null;
        AssertRefused(
            await service.CreateAsync("""{"spec":{"clusterIP":"10.96.1.0","ports":[{"port":80}]}}"""), 422,
            "Service \"second\" is invalid: spec.clusterIPs: Invalid value: [\"10.96.1.0\"]: failed to allocate IP 10.96.1.0: provided IP is already allocated");
    }

    [Fact]
    public async Task Create_Secret_TurnsStringDataIntoData()
    {
        var secret = new PipelineHarness(KnownTypes.Secrets);
        await secret.CreateAsync("""{"stringData":{"token":"abc"},"data":{"other":"eA=="}}""");
        Assert.Equal("""{"other":"eA==","token":"YWJj"}""", secret.Object["data"]!.ToJsonString());
        Assert.False(secret.Object.ContainsKey("stringData"));
        Assert.Equal("Opaque", secret.Object["type"]!.GetValue<string>());
    }

    [Fact]
    public async Task Create_ZeroThatMeansSomething_IsKept()
    {
        var web = new PipelineHarness(KnownTypes.Deployments);
        await web.CreateAsync(Deployment.Replace("\"spec\":{\"selector\"", "\"spec\":{\"replicas\":0,\"paused\":false,\"selector\"", StringComparison.Ordinal));
        Assert.Equal(0, web.Object["spec"]!["replicas"]!.GetValue<int>());
        Assert.Null(web.Object["spec"]!["paused"]);
    }
}
