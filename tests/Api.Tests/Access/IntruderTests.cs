using System.Net;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Access;

/// <summary>Those who have something, and try to make more of it.</summary>
[Collection(ApiHostCollection.Name)]
public sealed class IntruderTests(ApiHostFixture fixture)
{
    private const string Merge = "application/merge-patch+json";
    private const string Rbac = "/apis/rbac.authorization.k8s.io/v1";
    private const string Secrets = "/api/v1/namespaces/intruders/secrets";
    private readonly TestUser _admin = new(fixture.Host.Admin);

    [Fact]
    public async Task Certificate_ThatHasExpired_IsUnauthorized()
    {
        using var late = new TestUser(fixture.Host.Connect(fixture.Host.Authority.IssueExpiredClient("kubernetes-admin", "system:masters")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await late.GetAsync("/api/v1/secrets")).Code);
    }

    [Fact]
    public async Task Certificate_OfAServer_IsNoClients()
    {
        using var server = new TestUser(fixture.Host.Connect(fixture.Host.Authority.IssueServerAs("kubernetes-admin", "system:masters")));
        Assert.Equal(HttpStatusCode.Unauthorized, (await server.GetAsync("/api/v1/secrets")).Code);
    }

    [Theory]
    [InlineData("")]
    [InlineData("Basic YWRtaW46YWRtaW4=")]
    [InlineData("Bearer")]
    [InlineData("Bearer ")]
    [InlineData("Bearer null")]
    [InlineData("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJzeXN0ZW06c2VydmljZWFjY291bnQ6ZGVmYXVsdDpkZWZhdWx0In0.")]
    public async Task Authorization_OfNoKindTheApiKnows_OpensNothing(string header)
    {
        using var client = fixture.Host.Connect(null);
        client.DefaultRequestHeaders.TryAddWithoutValidation("Authorization", header);
        using var answer = await client.GetAsync("/api/v1/secrets", TestContext.Current.CancellationToken);
        Assert.Equal(header.Length == 0 ? HttpStatusCode.Forbidden : HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    [Theory]
    [InlineData("X-Remote-User", "kubernetes-admin")]
    [InlineData("X-Remote-Group", "system:masters")]
    [InlineData("X-Forwarded-Client-Cert", "Subject=\"O=system:masters\"")]
    [InlineData("X-HTTP-Method-Override", "GET")]
    [InlineData("X-Original-URL", "/version")]
    public async Task Header_ThatOtherServersBelieve_MeansNothing(string name, string value)
    {
        using var ann = TestUser.Of(fixture.Host, "ann-headers");
        ann.Client.DefaultRequestHeaders.TryAddWithoutValidation(name, value);
        Assert.Equal(HttpStatusCode.Forbidden, (await ann.GetAsync("/api/v1/secrets")).Code);
    }

    [Fact]
    public async Task Impersonation_OfExtrasAlone_IsRefusedRatherThanIgnored()
    {
        using var admin = TestUser.Of(fixture.Host, "root", "system:masters");
        admin.Client.DefaultRequestHeaders.Add("Impersonate-Extra-scopes", "read");
        Assert.Equal(HttpStatusCode.BadRequest, (await admin.GetAsync("/api/v1/secrets")).Code);
    }

    [Fact]
    public async Task ServiceAccount_ThatMayAdministerItsNamespace_CannotMakeMoreOfIt()
    {
        await SetUpAsync();
        var token = await _admin.CreateAsync("/api/v1/namespaces/intruders/serviceaccounts/default/token", """{"spec":{}}""");
        using var robot = TestUser.WithToken(fixture.Host, (string)token["status"]!["token"]!);
        await Level.ReachedAsync(async () => (await robot.GetAsync($"{Rbac}/namespaces/intruders/roles")).Code == HttpStatusCode.OK);

        const string Everything = """[{"apiGroups":["*"],"resources":["*"],"verbs":["*"]}]""";
        const string Me = """[{"kind":"ServiceAccount","name":"default","namespace":"intruders"}]""";
        var roles = $"{Rbac}/namespaces/intruders/roles";
        foreach (var (what, path, body) in ((string, string, string)[])
        [
            ("a role of everything", roles, $"{{\"metadata\":{{\"name\":\"a\"}},\"rules\":{Everything}}}"),
            ("the verb escalate", roles, """{"metadata":{"name":"b"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["roles"],"verbs":["escalate"]}]}"""),
            ("the verb bind", roles, """{"metadata":{"name":"c"},"rules":[{"apiGroups":["rbac.authorization.k8s.io"],"resources":["clusterroles"],"verbs":["bind"]}]}"""),
            ("the verb impersonate", roles, """{"metadata":{"name":"d"},"rules":[{"apiGroups":[""],"resources":["users","groups"],"verbs":["impersonate"]}]}"""),
            ("a role that adds up others", $"{Rbac}/clusterroles", """{"metadata":{"name":"e"},"aggregationRule":{"clusterRoleSelectors":[{"matchLabels":{"x":"y"}}]}}"""),
            ("a part of the role it has", $"{Rbac}/clusterroles",
                $"{{\"metadata\":{{\"name\":\"f\",\"labels\":{{\"rbac.authorization.k8s.io/aggregate-to-admin\":\"true\"}}}},\"rules\":{Everything}}}"),
            ("cluster-admin here", $"{Rbac}/namespaces/intruders/rolebindings",
                $"{{\"metadata\":{{\"name\":\"g\"}},\"roleRef\":{{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"}},\"subjects\":{Me}}}"),
            ("cluster-admin everywhere", $"{Rbac}/clusterrolebindings",
                $"{{\"metadata\":{{\"name\":\"h\"}},\"roleRef\":{{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"cluster-admin\"}},\"subjects\":{Me}}}"),
            ("its own role in another namespace", $"{Rbac}/namespaces/default/rolebindings",
                $"{{\"metadata\":{{\"name\":\"i\"}},\"roleRef\":{{\"apiGroup\":\"rbac.authorization.k8s.io\",\"kind\":\"ClusterRole\",\"name\":\"admin\"}},\"subjects\":{Me}}}"),
            ("a token of another namespace's account", "/api/v1/namespaces/default/serviceaccounts/default/token", """{"spec":{}}"""),
            ("approval of certificates", "/apis/certificates.k8s.io/v1/certificatesigningrequests/any/approval", "{}"),
        ])
        {
            Refused(what, await robot.PostAsync(path, body));
        }

        // A patch of a role is as good as a role, and so is dressing somebody else's up as a part of admin.
        await robot.CreateAsync(roles, """{"metadata":{"name":"mine"},"rules":[{"apiGroups":[""],"resources":["pods"],"verbs":["get"]}]}""");
        Refused("a patched role", await robot.SendAsync(HttpMethod.Patch, $"{roles}/mine", $"{{\"rules\":{Everything}}}", Merge));
        Refused("a JSON patch", await robot.SendAsync(
            HttpMethod.Patch, $"{roles}/mine", """[{"op":"add","path":"/rules/0/resources/-","value":"nodes"}]""", "application/json-patch+json"));
        Refused("an applied role", await robot.SendAsync(
            HttpMethod.Patch, $"{roles}/mine?fieldManager=m&force=true",
            $"{{\"apiVersion\":\"rbac.authorization.k8s.io/v1\",\"kind\":\"Role\",\"metadata\":{{\"name\":\"mine\"}},\"rules\":{Everything}}}", "application/apply-patch+yaml"));
        Refused("a label on cluster-admin", await robot.SendAsync(
            HttpMethod.Patch, $"{Rbac}/clusterroles/cluster-admin", """{"metadata":{"labels":{"rbac.authorization.k8s.io/aggregate-to-admin":"true"}}}""", Merge));
        foreach (var (name, value) in ((string, string)[])[("Impersonate-User", "kubernetes-admin"), ("Impersonate-Group", "system:masters")])
        {
            using var actor = TestUser.WithToken(fixture.Host, (string)token["status"]!["token"]!);
            actor.Client.DefaultRequestHeaders.Add("Impersonate-User", "system:serviceaccount:intruders:default");
            if (name == "Impersonate-User")
            {
                actor.Client.DefaultRequestHeaders.Remove(name);
            }

            actor.Client.DefaultRequestHeaders.Add(name, value);
            Refused(name, await actor.GetAsync("/api/v1/secrets"));
        }

        Assert.Equal(HttpStatusCode.Forbidden, (await robot.GetAsync("/api/v1/nodes")).Code);
    }

    [Fact]
    public async Task Node_WithASelectorThatHidesATerm_SeesNoOthersPods()
    {
        await SetUpAsync();
        using var node = TestUser.Of(fixture.Host, "system:node:intruder", "system:nodes");
        foreach (var selector in (string[])
            [
                @"metadata.name!=x\,spec.nodeName=intruder", @"spec.nodeName!=intruder", @"spec.nodeName=victim", @"spec.nodeName!=x\,spec.nodeName=intruder",
                @"status.phase!=spec.nodeName=intruder",
            ])
        {
            Refused(selector, await node.GetAsync($"/api/v1/pods?fieldSelector={Uri.EscapeDataString(selector)}"));
            Refused(selector, await node.GetAsync($"/api/v1/pods?watch=true&fieldSelector={Uri.EscapeDataString(selector)}"));
        }

        foreach (var selector in (string[])[@"type!=x\,metadata.name=own", "metadata.name!=own", "type=Opaque", "metadata.name=other"])
        {
            Refused(selector, await node.GetAsync($"{Secrets}?fieldSelector={Uri.EscapeDataString(selector)}"));
        }

        await Level.ReachedAsync(async () => (await node.GetAsync($"{Secrets}?fieldSelector=metadata.name%3Down")).Code == HttpStatusCode.OK);
    }

    /// <summary>A node may read what its pods name; so it must not be able to make a pod name something.</summary>
    [Theory]
    [InlineData("\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"env\":[{\"name\":\"A\",\"valueFrom\":{\"secretKeyRef\":{\"name\":\"other\",\"key\":\"k\"}}}]}]", "secrets")]
    [InlineData("\"containers\":[{\"name\":\"c\",\"image\":\"i\",\"envFrom\":[{\"secretRef\":{\"name\":\"other\"}}]}]", "secrets")]
    [InlineData("\"initContainers\":[{\"name\":\"d\",\"image\":\"i\",\"envFrom\":[{\"secretRef\":{\"name\":\"other\"}}]}]", "secrets")]
    [InlineData("\"imagePullSecrets\":[{\"name\":\"other\"}]", "secrets")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"secret\":{\"secretName\":\"other\"}}]", "secrets")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"projected\":{\"sources\":[{\"secret\":{\"name\":\"other\"}}]}}]", "secrets")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"csi\":{\"driver\":\"d.example.com\",\"nodePublishSecretRef\":{\"name\":\"other\"}}}]", "secrets")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"configMap\":{\"name\":\"other\"}}]", "configmaps")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"projected\":{\"sources\":[{\"configMap\":{\"name\":\"other\"}}]}}]", "configmaps")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"persistentVolumeClaim\":{\"claimName\":\"other\"}}]", "persistentvolumeclaims")]
    [InlineData("\"volumes\":[{\"name\":\"v\",\"ephemeral\":{\"volumeClaimTemplate\":{\"spec\":{\"accessModes\":[\"ReadWriteOnce\"],\"resources\":{\"requests\":{\"storage\":\"1Gi\"}}}}}}]", "persistentvolumeclaims")]
    [InlineData("\"serviceAccountName\":\"default\"", "service account")]
    [InlineData("\"serviceAccount\":\"default\"", "service account")]
    public async Task Node_MakingAMirrorPod_CannotNameWhatItWantsToRead(string spec, string what)
    {
        await SetUpAsync();
        using var node = TestUser.Of(fixture.Host, "system:node:intruder", "system:nodes");
        var containers = spec.StartsWith("\"containers\"", StringComparison.Ordinal) ? "" : "\"containers\":[{\"name\":\"c\",\"image\":\"i\"}],";
        var (code, body) = await node.PostAsync("/api/v1/namespaces/intruders/pods", $$$"""
            {"metadata":{"name":"mirror","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":
              [{"apiVersion":"v1","kind":"Node","name":"intruder","uid":"u","controller":true}]},
             "spec":{"nodeName":"intruder",{{{containers}}}{{{spec}}}}}
            """);
        Assert.True(code == HttpStatusCode.Forbidden, body.ToJsonString());
        Assert.Contains(what, (string?)body["message"], StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync($"{Secrets}/other")).Code);
    }

    /// <summary>A pod that is owned by a Node that has been replaced would go at once, or stay for ever.</summary>
    [Fact]
    public async Task Node_MakingAMirrorPod_NamesItselfAsItIsNow()
    {
        await SetUpAsync();
        using var node = TestUser.Of(fixture.Host, "system:node:intruder", "system:nodes");
        var uid = (string)(await _admin.GetAsync("/api/v1/nodes/intruder")).Body["metadata"]!["uid"]!;
        const string Pods = "/api/v1/namespaces/intruders/pods";

        var (code, body) = await node.PostAsync(Pods, Mirror("a", "00000000-0000-0000-0000-000000000000"));
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("node intruder UID mismatch", (string?)body["message"], StringComparison.Ordinal);

        (code, body) = await node.PostAsync(Pods, Mirror("b", uid));
        Assert.True(code == HttpStatusCode.Created, body.ToJsonString());

        static string Mirror(string name, string owner) => $$$"""
            {"metadata":{"name":"mirror-{{{name}}}","annotations":{"kubernetes.io/config.mirror":"x"},"ownerReferences":
              [{"apiVersion":"v1","kind":"Node","name":"intruder","uid":"{{{owner}}}","controller":true}]},
             "spec":{"nodeName":"intruder","containers":[{"name":"c","image":"i"}]}}
            """;
    }

    [Fact]
    public async Task Node_AskingForAToken_GetsItForWhomThePodNames()
    {
        await SetUpAsync();
        using var node = TestUser.Of(fixture.Host, "system:node:intruder", "system:nodes");
        var pod = await _admin.CreateAsync("/api/v1/namespaces/intruders/pods", """
            {"metadata":{"name":"talks"},"spec":{"nodeName":"intruder","serviceAccountName":"default","containers":[{"name":"c","image":"i"}],
             "volumes":[{"name":"t","projected":{"sources":[{"serviceAccountToken":{"audience":"vault","path":"token"}}]}}]}}
            """);
        var uid = (string)pod["metadata"]!["uid"]!;
        await Level.ReachedAsync(async () => (await AskAsync("\"vault\"")).Code == HttpStatusCode.Created);
        Assert.Equal(HttpStatusCode.Created, (await AskAsync("")).Code);

        var (code, body) = await AskAsync("\"bank\"");
        Assert.Equal(HttpStatusCode.Forbidden, code);
        Assert.Contains("audience \"bank\" not found in pod spec volume", (string?)body["message"], StringComparison.Ordinal);
        Refused("two audiences", await AskAsync("\"vault\",\"bank\""));

        Task<(HttpStatusCode Code, System.Text.Json.Nodes.JsonNode Body)> AskAsync(string audiences) => node.PostAsync(
            "/api/v1/namespaces/intruders/serviceaccounts/default/token",
            $$$"""{"spec":{"audiences":[{{{audiences}}}],"boundObjectRef":{"apiVersion":"v1","kind":"Pod","name":"talks","uid":"{{{uid}}}"} } }""");
    }

    [Fact]
    public async Task Node_OnEveryOtherWayToASecret_IsRefused()
    {
        await SetUpAsync();
        using var node = TestUser.Of(fixture.Host, "system:node:intruder", "system:nodes");
        await Level.ReachedAsync(async () => (await node.GetAsync($"{Secrets}/own")).Code == HttpStatusCode.OK);
        const string Pod = "/api/v1/namespaces/intruders/pods/own";
        const string Claim = "/api/v1/namespaces/intruders/persistentvolumeclaims/own";
        Refused("an ephemeral container", await node.SendAsync(
            HttpMethod.Patch, $"{Pod}/ephemeralcontainers",
            """{"spec":{"ephemeralContainers":[{"name":"e","image":"i","envFrom":[{"secretRef":{"name":"other"}}]}]}}""", "application/strategic-merge-patch+json"));
        Refused("a changed pod", await node.SendAsync(HttpMethod.Patch, Pod, """{"spec":{"imagePullSecrets":[{"name":"other"}]}}""", Merge));
        Refused("a pod of its own", await node.PostAsync(
            "/api/v1/namespaces/intruders/pods", """{"metadata":{"name":"plain"},"spec":{"nodeName":"intruder","containers":[{"name":"c","image":"i"}]}}"""));
        Refused("a binding", await node.PostAsync($"{Pod}/binding", """{"metadata":{"name":"own"},"target":{"kind":"Node","name":"intruder"}}"""));
        Refused("exec", await node.PostAsync($"{Pod}/exec?command=sh", ""));
        Refused("another's volume", await node.GetAsync("/api/v1/persistentvolumes/intruder-other"));
        Assert.Equal(HttpStatusCode.OK, (await node.GetAsync("/api/v1/persistentvolumes/intruder-own")).Code);
        Refused("a claim that names another volume", await node.SendAsync(HttpMethod.Patch, Claim, """{"spec":{"volumeName":"intruder-other"}}""", Merge));
        Refused("the phase of a claim", await node.SendAsync(HttpMethod.Patch, $"{Claim}/status", """{"status":{"phase":"Lost"}}""", Merge));
        Assert.Equal(HttpStatusCode.OK, (await node.SendAsync(
            HttpMethod.Patch, $"{Claim}/status", """{"status":{"conditions":[{"type":"FileSystemResizePending","status":"True"}]}}""", Merge)).Code);
        Refused("a CSINode of another name", await node.PostAsync("/apis/storage.k8s.io/v1/csinodes", """{"metadata":{"name":"victim"},"spec":{"drivers":[]}}"""));
        Refused("an account none of its pods has", await node.GetAsync("/api/v1/namespaces/intruders/serviceaccounts/strong"));
        Refused("another's attachment", await node.GetAsync("/apis/storage.k8s.io/v1/volumeattachments/any"));
        Refused("a collection to delete", await node.SendAsync(HttpMethod.Delete, "/api/v1/namespaces/intruders/pods?fieldSelector=spec.nodeName%3Dintruder"));
        Refused("every secret", await node.GetAsync(Secrets));
        Assert.Equal(HttpStatusCode.Forbidden, (await node.GetAsync($"{Secrets}/other")).Code);
    }

    private static void Refused(string what, (HttpStatusCode Code, System.Text.Json.Nodes.JsonNode Body) answer) =>
        Assert.True(answer.Code == HttpStatusCode.Forbidden, $"{what}: {answer.Body.ToJsonString()}");

    // A namespace with a pod on the node "intruder" that names a Secret and a claim, and others that it does not name.
    private async Task SetUpAsync()
    {
        if ((await _admin.GetAsync("/api/v1/namespaces/intruders")).Code == HttpStatusCode.OK)
        {
            return;
        }

        await fixture.Host.CreateNamespaceAsync("intruders");
        await _admin.CreateAsync("/api/v1/nodes", """{"metadata":{"name":"intruder"}}""");
        await _admin.CreateAsync("/api/v1/namespaces/intruders/serviceaccounts", """{"metadata":{"name":"strong"}}""");
        foreach (var name in (string[])["own", "other"])
        {
            await _admin.CreateAsync(Secrets, $"{{\"metadata\":{{\"name\":\"{name}\"}}}}");
            await _admin.CreateAsync("/api/v1/persistentvolumes", $$$$"""
                {"metadata":{"name":"intruder-{{{{name}}}}"},"spec":{"capacity":{"storage":"1Gi"},"accessModes":["ReadWriteOnce"],"hostPath":{"path":"/tmp/{{{{name}}}}"}}}
                """);
            await _admin.CreateAsync("/api/v1/namespaces/intruders/persistentvolumeclaims", $$$$"""
                {"metadata":{"name":"{{{{name}}}}"},"spec":{"accessModes":["ReadWriteOnce"],"volumeName":"intruder-{{{{name}}}}","storageClassName":"","resources":{"requests":{"storage":"1Gi"} } } }
                """);
        }

        await _admin.CreateAsync("/api/v1/namespaces/intruders/pods", """
            {"metadata":{"name":"own"},"spec":{"nodeName":"intruder","containers":[{"name":"c","image":"i","envFrom":[{"secretRef":{"name":"own"}}]}],
             "volumes":[{"name":"v","persistentVolumeClaim":{"claimName":"own"}}]}}
            """);
        await _admin.CreateAsync($"{Rbac}/namespaces/intruders/rolebindings", """
            {"metadata":{"name":"robot"},"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"admin"},
             "subjects":[{"kind":"ServiceAccount","name":"default","namespace":"intruders"}]}
            """);
    }
}
