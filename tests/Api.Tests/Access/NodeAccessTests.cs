using System.Net;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Access;

/// <summary>What a node's certificate opens, and what not.</summary>
[Collection(ApiHostCollection.Name)]
public sealed class NodeAccessTests(ApiHostFixture fixture)
{
    private const string Merge = "application/merge-patch+json";
    private readonly TestUser _admin = new(fixture.Host.Admin);

    [Fact]
    public async Task Node_ReadsWhatItsPodsName_AndNothingElse()
    {
        await SetUpAsync("node-reads");
        using var node = TestUser.Of(fixture.Host, "system:node:node-reads-1", "system:nodes");
        using var other = TestUser.Of(fixture.Host, "system:node:node-reads-2", "system:nodes");
        const string Secrets = "/api/v1/namespaces/node-reads/secrets";
        await Level.ReachedAsync(async () => (await node.GetAsync($"{Secrets}/named")).Code == HttpStatusCode.OK);
        var (code, body) = await other.GetAsync($"{Secrets}/named");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal(
            "secrets \"named\" is forbidden: User \"system:node:node-reads-2\" cannot get resource \"secrets\" in API group \"\" in the namespace \"node-reads\": "
            + "no relationship found between node 'node-reads-2' and this object",
            (string?)body["message"]);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync($"{Secrets}/unnamed")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync(Secrets)).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync("/api/v1/secrets")).Code);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/api/v1/namespaces/node-reads/pods/p")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.GetAsync("/api/v1/namespaces/node-reads/pods/p")).Code);
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/api/v1/pods?fieldSelector=spec.nodeName%3Dnode-reads-1")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync("/api/v1/pods")).Code);
    }

    [Fact]
    public async Task Node_GetsTokensOfItsPodsAlone()
    {
        await SetUpAsync("node-tokens");
        using var node = TestUser.Of(fixture.Host, "system:node:node-tokens-1", "system:nodes");
        using var other = TestUser.Of(fixture.Host, "system:node:node-tokens-2", "system:nodes");
        const string Path = "/api/v1/namespaces/node-tokens/serviceaccounts/default/token";
        const string Bound = """{"spec":{"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"p"}}}""";
        await Level.ReachedAsync(async () => (await node.PostAsync(Path, Bound)).Code == HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.PostAsync(Path, "{}")).Code);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.PostAsync(Path, Bound)).Code);
    }

    [Fact]
    public async Task Node_WritesItselfAndItsPodsStatus_AndNothingElse()
    {
        await SetUpAsync("node-writes");
        using var node = TestUser.Of(fixture.Host, "system:node:node-writes-1", "system:nodes");
        using var other = TestUser.Of(fixture.Host, "system:node:node-writes-2", "system:nodes");
        const string Pod = "/api/v1/namespaces/node-writes/pods/p";
        const string Status = """{"status":{"message":"fine"}}""";
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Patch, $"{Pod}/status", Status, Merge)).Code);
        var (code, body) = await other.SendAsync(HttpMethod.Patch, $"{Pod}/status", Status, Merge);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.EndsWith("node \"node-writes-2\" can only update pod status for pods with spec.nodeName set to itself", (string?)body["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await other.SendAsync(HttpMethod.Delete, Pod)).Code);

        const string Label = """{"metadata":{"labels":{"kubernetes.io/hostname":"h"}}}""";
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(HttpMethod.Patch, "/api/v1/nodes/node-writes-1", Label, Merge)).Code);
        (code, body) = await other.SendAsync(HttpMethod.Patch, "/api/v1/nodes/node-writes-1", Label, Merge);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Equal("nodes \"node-writes-1\" is forbidden: node \"node-writes-2\" is not allowed to modify node \"node-writes-1\"", (string?)body["message"]);
        (code, _) = await node.SendAsync(
            HttpMethod.Patch, "/api/v1/nodes/node-writes-1", """{"metadata":{"labels":{"node-restriction.kubernetes.io/safe":"yes"}}}""", Merge);
        Assert.Equal(HttpStatusCode.Forbidden, code);
        (code, _) = await node.SendAsync(HttpMethod.Patch, "/api/v1/nodes/node-writes-1", """{"spec":{"taints":[{"key":"a","effect":"NoSchedule"}]}}""", Merge);
        Assert.Equal(HttpStatusCode.Forbidden, code);
    }

    [Fact]
    public async Task Stranger_WithACertificateOfAnotherAuthority_IsUnauthorized()
    {
        var strangers = new TestAuthority();
        using var eve = new TestUser(fixture.Host.Connect(strangers.IssueClient("kubernetes-admin", "system:masters")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await eve.GetAsync("/api/v1/secrets")).Code);
    }

    [Fact]
    public async Task Node_InNameOnly_IsNoNode()
    {
        await SetUpAsync("node-fake");
        using var fake = TestUser.Of(fixture.Host, "system:node:node-fake-1");
        Assert.Equal(HttpStatusCode.Forbidden, (await fake.GetAsync("/api/v1/namespaces/node-fake/secrets/named")).Code);
    }

    // Two nodes; on the first a pod that names one of two Secrets.
    private async Task SetUpAsync(string name)
    {
        await fixture.Host.CreateNamespaceAsync(name);
        foreach (var number in (int[])[1, 2])
        {
            await _admin.CreateAsync("/api/v1/nodes", $"{{\"metadata\":{{\"name\":\"{name}-{number}\"}}}}");
        }

        foreach (var secret in (string[])["named", "unnamed"])
        {
            await _admin.CreateAsync($"/api/v1/namespaces/{name}/secrets", $"{{\"metadata\":{{\"name\":\"{secret}\"}}}}");
        }

        await _admin.CreateAsync($"/api/v1/namespaces/{name}/pods", $$$"""
            {"metadata":{"name":"p"},"spec":{"nodeName":"{{{name}}}-1","containers":[{"name":"c","image":"i","envFrom":[{"secretRef":{"name":"named"}}]}]}}
            """);
    }
}
