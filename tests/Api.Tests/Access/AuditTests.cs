using System.Text.Json.Nodes;
using Crescent.Api.Auditing;
using Crescent.Api.Tests.Hosting;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
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
        AuditPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Policy)).Judge(AccessRequest.Of(new UserInfo { Name = "ann" }, verb, new ResourceType("", resource), "default")).Level);

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

    [Fact]
    public void Judge_StagesLeftOutByPolicyAndRule_AddUp()
    {
        const string Text = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            omitStages: [RequestReceived]
            omitManagedFields: true
            rules:
            - level: Metadata
              omitStages: [ResponseStarted, Panic]
            """;
        var policy = AuditPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Text));
        Assert.True(policy.OmitsManagedFields);
        Assert.Equal(
            (AuditLevel.Metadata, AuditStage.RequestReceived | AuditStage.ResponseStarted | AuditStage.Panic),
            policy.Judge(AccessRequest.Of(new UserInfo { Name = "ann" }, "get", KnownTypes.Pods)));
        Assert.Throws<InvalidDataException>(() => AuditPolicy.Parse(System.Text.Encoding.UTF8.GetBytes(Text.Replace("Panic", "Never", StringComparison.Ordinal))));
    }

    /// <summary>What a stranger, an impersonator and a pod below its namespace's standard leave behind.</summary>
    [Fact]
    public async Task Requests_ThatAnAuditorLooksFor_AreAllNoted()
    {
        const string Text = """
            apiVersion: audit.k8s.io/v1
            kind: Policy
            rules:
            - level: Metadata
              users: ["kubernetes-admin", "bob-audit", ""]
              omitStages: [RequestReceived]
              resources: [{ group: "", resources: [secrets, pods] }, { group: apps, resources: [deployments] }]
            - level: None
            """;
        var directory = Directory.CreateTempSubdirectory("crescent-audit-").FullName;
        var (policy, log) = (Path.Combine(directory, "policy.yaml"), Path.Combine(directory, "audit.log"));
        await File.WriteAllTextAsync(policy, Text, TestContext.Current.CancellationToken);
        var host = await ApiHost.StartAsync(services => services.Configure<AuditOptions>(options => (options.PolicyFile, options.LogFile) = (policy, log)));
        var admin = new TestUser(host.Admin);
        await admin.CreateAsync("/api/v1/namespaces", """
            {"metadata":{"name":"audited","labels":{"pod-security.kubernetes.io/audit":"restricted","pod-security.kubernetes.io/warn":"restricted","pod-security.kubernetes.io/enforce":"baseline"}}}
            """);
        await admin.CreateAsync("/api/v1/namespaces/audited/serviceaccounts", """{"metadata":{"name":"default"}}""");

        using var stranger = TestUser.WithToken(host, "guessed");
        await stranger.GetAsync("/api/v1/namespaces/audited/secrets");
        using var bob = TestUser.Of(host, "bob-audit");
        bob.Client.DefaultRequestHeaders.Add("Impersonate-User", "alice");
        await bob.GetAsync("/api/v1/namespaces/audited/secrets");
        using var root = TestUser.Of(host, "kubernetes-admin", "system:masters");
        root.Client.DefaultRequestHeaders.Add("Impersonate-User", "alice");
        await root.GetAsync("/api/v1/namespaces/audited/secrets");
        const string Template = """{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c","image":"i"}]}}""";
        await admin.CreateAsync("/api/v1/namespaces/audited/pods", """{"metadata":{"name":"loose"},"spec":{"containers":[{"name":"c","image":"i"}]}}""");
        await admin.PostAsync("/api/v1/namespaces/audited/pods", """{"metadata":{"name":"host"},"spec":{"hostNetwork":true,"containers":[{"name":"c","image":"i"}]}}""");
        await admin.CreateAsync(
            "/apis/apps/v1/namespaces/audited/deployments", $$$"""{"metadata":{"name":"d"},"spec":{"selector":{"matchLabels":{"a":"b"}},"template":{{{Template}}}}}""");

        await Level.ReachedAsync(async () => File.Exists(log) && (await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Length == 6);
        var events = (await File.ReadAllLinesAsync(log, TestContext.Current.CancellationToken)).Select(static line => JsonNode.Parse(line)!).ToList();
        Assert.Equal("ResponseStarted", (string?)events[0]["stage"]);
        Assert.Equal("{}", events[0]["user"]!.ToJsonString());
        Assert.Equal((401, "Authentication failed, attempted: bearer"), ((int)events[0]["responseStatus"]!["code"]!, (string?)events[0]["responseStatus"]!["message"]));
        Assert.Equal("secrets", (string?)events[0]["objectRef"]!["resource"]);

        Assert.Equal(("bob-audit", 403), ((string?)events[1]["user"]!["username"], (int)events[1]["responseStatus"]!["code"]!));
        Assert.Null(events[1]["impersonatedUser"]);
        Assert.Equal(("kubernetes-admin", "alice"), ((string?)events[2]["user"]!["username"], (string?)events[2]["impersonatedUser"]!["username"]));
        Assert.Equal("forbid", (string?)events[2]["annotations"]!["authorization.k8s.io/decision"]);

        Assert.Equal("baseline:latest", (string?)events[3]["annotations"]!["pod-security.kubernetes.io/enforce-policy"]);
        Assert.StartsWith(
            "would violate PodSecurity \"restricted:latest\": allowPrivilegeEscalation != false", (string?)events[3]["annotations"]!["pod-security.kubernetes.io/audit-violations"],
            StringComparison.Ordinal);
        Assert.Equal(403, (int)events[4]["responseStatus"]!["code"]!);
        Assert.Contains("host namespaces", (string?)events[4]["annotations"]!["pod-security.kubernetes.io/audit-violations"], StringComparison.Ordinal);
        Assert.Equal("deployments", (string?)events[5]["objectRef"]!["resource"]);
        Assert.Contains("restricted:latest", (string?)events[5]["annotations"]!["pod-security.kubernetes.io/audit-violations"], StringComparison.Ordinal);
        Assert.Null(events[5]["annotations"]!["pod-security.kubernetes.io/enforce-policy"]);
        await host.DisposeAsync();
        Directory.Delete(directory, recursive: true);
    }

    [Fact]
    public async Task File_ThatIsFull_IsRenamedAndTheOldestGo()
    {
        var directory = Directory.CreateTempSubdirectory("crescent-audit-").FullName;
        var time = new FakeTimeProvider(new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));
        await File.WriteAllTextAsync(Path.Combine(directory, "audit-notes.log"), "mine", TestContext.Current.CancellationToken);
        var file = new AuditFile(new() { LogFile = Path.Combine(directory, "audit.log"), MaxFileBytes = 10, MaxBackups = 2 }, time);
        for (var number = 1; number <= 4; number++)
        {
            await file.AppendAsync([System.Text.Encoding.ASCII.GetBytes($"line {number}\n")]);
            time.Advance(TimeSpan.FromHours(1));
        }

        Assert.Equal(
            ["audit-2026-01-02T05-04-05.000.log=line 2", "audit-2026-01-02T06-04-05.000.log=line 3", "audit-notes.log=mine", "audit.log=line 4"],
            Directory.EnumerateFiles(directory).Select(static path => $"{Path.GetFileName(path)}={File.ReadAllText(path).Trim()}").Order(StringComparer.Ordinal));
        Directory.Delete(directory, recursive: true);
    }
}
