using System.Text.Json.Nodes;
using Crescent.Api.Auditing;
using Crescent.Api.Tests.Hosting;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Identity;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Access;

public sealed class AuditTests
{
    private const string Policy = """
        apiVersion: audit.k8s.io/v1
        kind: Policy
        omitStages: [RequestReceived]
        rules:
        - level: Metadata
          resources: [{ group: "", resources: [secrets] }]
        - level: RequestResponse
          verbs: [create]
          namespaces: [default]
        - level: None
        """;

    [Theory]
    [InlineData("secrets", "create", AuditLevel.Metadata)]
    [InlineData("configmaps", "create", AuditLevel.RequestResponse)]
    [InlineData("configmaps", "get", AuditLevel.None)]
    public void LevelOf_Request_IsThatOfTheFirstRuleThatMatches(string resource, string verb, object expected) => Assert.Equal(
        (AuditLevel)expected,
        AuditPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Policy)).LevelOf(AccessRequest.Of(new UserInfo { Name = "ann" }, verb, new ResourceType("", resource), "default")));

    [Fact]
    public async Task Request_ThatThePolicyNames_IsNotedWithItsBodies()
    {
        var directory = Directory.CreateTempSubdirectory("crescent-audit-").FullName;
        var (policy, log) = (Path.Combine(directory, "policy.yaml"), Path.Combine(directory, "audit.log"));
        await File.WriteAllTextAsync(policy, Policy, TestContext.Current.CancellationToken);
        var host = await ApiHost.StartAsync(services => services.Configure<AuditOptions>(options => (options.PolicyFile, options.LogFile) = (policy, log)));
        var admin = new TestUser(host.Admin);
        await admin.CreateAsync("/api/v1/namespaces/default/configmaps", """{"metadata":{"name":"noted"},"data":{"a":"1"}}""");
        await admin.CreateAsync("/api/v1/namespaces/default/secrets", """{"metadata":{"name":"hidden"},"stringData":{"password":"hunter2"}}""");
        await Level.ReachedAsync(async () => File.Exists(log) && (await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Length == 2);
        var lines = await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken);
        var (map, secret) = (JsonNode.Parse(lines[0])!, JsonNode.Parse(lines[1])!);
        Assert.Equal("ResponseComplete", (string?)map["stage"]);
        Assert.Equal("kubernetes-admin", (string?)map["user"]!["username"]);
        Assert.Equal("1", (string?)map["requestObject"]!["data"]!["a"]);
        Assert.Equal("noted", (string?)map["responseObject"]!["metadata"]!["name"]);
        Assert.Equal(201, (int)map["responseStatus"]!["code"]!);
        Assert.Equal("""{"resource":"secrets","namespace":"default","apiVersion":"v1"}""", secret["objectRef"]!.ToJsonString());
        Assert.DoesNotContain("hunter2", lines[1], StringComparison.Ordinal);
        await host.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }
}
