using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Protocol;

/// <summary>What kubectl puts on the wire and what must come back, request by request; <c>docs/wire.md</c> lists them.</summary>
[Collection(ApiHostCollection.Name)]
public sealed class WireTests(ApiHostFixture fixture)
{
    private const string TableAccept =
        "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private HttpClient Admin => fixture.Host.Admin;

    [Theory]
    [InlineData("1.1")]
    [InlineData("2.0")]
    public async Task Connection_OfEitherVersion_IsServed(string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/version?timeout=5s")
        {
            Version = Version.Parse(version), VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
        request.Headers.Add("Kubectl-Command", "kubectl get");
        request.Headers.Add("Kubectl-Session", "1d6e8f9a-0000-4000-8000-000000000000");
        using var answer = await Admin.SendAsync(request, Cancelled);
        Assert.Equal((HttpStatusCode.OK, version), (answer.StatusCode, answer.Version.ToString()));
        Assert.NotEmpty((string)(await NodeAsync(answer))["gitVersion"]!);
    }

    [Theory]
    [InlineData("/readyz?verbose")]
    [InlineData("/livez")]
    [InlineData("/healthz")]
    public async Task Health_AskedRaw_SaysOk(string path) => Assert.Contains("ok", await Admin.GetStringAsync(path, Cancelled), StringComparison.Ordinal);

    /// <summary>kubectl looks here before it sends what cannot be patched.</summary>
    [Fact]
    public async Task CustomResourceDefinitions_Listed_AreNoneAndNotOffered()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions");
        var list = await NodeAsync(answer);
        Assert.Equal((HttpStatusCode.OK, "CustomResourceDefinitionList", 0), (answer.StatusCode, (string)list["kind"]!, list["items"]!.AsArray().Count));
        Assert.DoesNotContain("apiextensions", await Admin.GetStringAsync("/apis", Cancelled), StringComparison.Ordinal);
        using var refused = await SendAsync(HttpMethod.Get, "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/none");
        Assert.Equal(HttpStatusCode.MethodNotAllowed, refused.StatusCode);
    }

    /// <summary>A question has no rows, and is no object with metadata.</summary>
    [Theory]
    [InlineData("application/json;as=Table;v=v1;g=meta.k8s.io", HttpStatusCode.NotAcceptable)]
    [InlineData("application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", HttpStatusCode.NotAcceptable)]
    [InlineData(TableAccept, HttpStatusCode.Created)]
    public async Task Review_AskedForAsATable_IsNotAcceptable(string accept, HttpStatusCode expected)
    {
        using var answer = await SendAsync(HttpMethod.Post, "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", request =>
        {
            request.Headers.Accept.ParseAdd(accept);
            request.Content = new StringContent("""{"spec":{"nonResourceAttributes":{"path":"/","verb":"get"}}}""", new MediaTypeHeaderValue("application/json"));
        });
        Assert.Equal(expected, answer.StatusCode);
    }

    [Fact]
    public async Task List_ForWhoTakesGzip_IsCompressed()
    {
        var ns = await MakeAsync("wire-gzip");
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("large"), ["data"] = new JsonObject { ["k"] = new string('v', 200_000) } });
        using var answer = await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps", request => request.Headers.AcceptEncoding.ParseAdd("gzip"));
        Assert.Equal("gzip", answer.Content.Headers.ContentEncoding.Single());
        await using var plain = new GZipStream(await answer.Content.ReadAsStreamAsync(Cancelled), CompressionMode.Decompress);
        Assert.Equal("ConfigMapList", (string)(await JsonNode.ParseAsync(plain, cancellationToken: Cancelled))!["kind"]!);
    }

    [Fact]
    public async Task Error_OfAMissingObject_IsAStatusWithDetails()
    {
        using var answer = await SendAsync(HttpMethod.Get, "/apis/apps/v1/namespaces/default/deployments/none");
        var status = await NodeAsync(answer);
        Assert.Equal(
            ("Status", "v1", "Failure", "NotFound", 404, "none", "apps", "deployments"),
            ((string)status["kind"]!, (string)status["apiVersion"]!, (string)status["status"]!, (string)status["reason"]!, (int)status["code"]!,
                (string)status["details"]!["name"]!, (string)status["details"]!["group"]!, (string)status["details"]!["kind"]!));
    }

    [Fact]
    public async Task Create_WithAnUnknownField_WarnsOrRefusesOrLetsPass()
    {
        var ns = await MakeAsync("wire-validation");
        const string Body = """{"metadata":{"name":"NAME"},"data":{"a":"b"},"dota":1}""";
        using var warned = await PostAsync(ns, Body.Replace("NAME", "warned", StringComparison.Ordinal), "fieldManager=kubectl-create&fieldValidation=Warn");
        Assert.Equal(HttpStatusCode.Created, warned.StatusCode);
        Assert.Contains("299 - \"unknown field \\\"dota\\\"\"", warned.Headers.GetValues("Warning").Single(), StringComparison.Ordinal);
        using var refused = await PostAsync(ns, Body.Replace("NAME", "refused", StringComparison.Ordinal), "fieldValidation=Strict");
        Assert.Equal(HttpStatusCode.BadRequest, refused.StatusCode);
        Assert.Contains("strict decoding error: unknown field \"dota\"", (string)(await NodeAsync(refused))["message"]!, StringComparison.Ordinal);
        using var ignored = await PostAsync(ns, Body.Replace("NAME", "ignored", StringComparison.Ordinal), "fieldValidation=Ignore");
        Assert.Equal(HttpStatusCode.Created, ignored.StatusCode);
        Assert.False(ignored.Headers.Contains("Warning"));
    }

    [Fact]
    public async Task Write_OfADryRun_AnswersAndStoresNothing()
    {
        var ns = await MakeAsync("wire-dry");
        using var answer = await PostAsync(ns, """{"metadata":{"name":"dry"}}""", "dryRun=All");
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        Assert.NotEmpty((string)(await NodeAsync(answer))["metadata"]!["uid"]!);
        using var missing = await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps/dry");
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task List_AsTableWithObjects_CarriesThemInItsRows()
    {
        var ns = await MakeAsync("wire-table");
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("one"), ["data"] = new JsonObject { ["k"] = "v" } });
        using var answer = await SendAsync(
            HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps?includeObject=Object&limit=500", request => request.Headers.TryAddWithoutValidation("Accept", TableAccept));
        var table = await NodeAsync(answer);
        Assert.Equal(("Table", "meta.k8s.io/v1"), ((string)table["kind"]!, (string)table["apiVersion"]!));
        Assert.Equal("v", (string)table["rows"]![0]!["object"]!["data"]!["k"]!);
    }

    [Fact]
    public async Task Watch_AsTable_NamesColumnsInItsFirstEventAlone()
    {
        var ns = await MakeAsync("wire-watch");
        var list = await NodeAsync(await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps?limit=500"));
        var path = $"/api/v1/namespaces/{ns}/configmaps?resourceVersion={(string)list["metadata"]!["resourceVersion"]!}&watch=true";
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", TableAccept);
        using var answer = await Admin.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var frames = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("first") });
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("second") });
        var (first, second) = (JsonNode.Parse((await frames.ReadLineAsync(Cancelled))!)!, JsonNode.Parse((await frames.ReadLineAsync(Cancelled))!)!);
        Assert.Equal(("ADDED", "Table"), ((string)first["type"]!, (string)first["object"]!["kind"]!));
        Assert.NotEmpty(first["object"]!["columnDefinitions"]!.AsArray());
        Assert.Empty(second["object"]!["columnDefinitions"] as JsonArray ?? []);
        Assert.Equal("second", (string)second["object"]!["rows"]![0]!["cells"]![0]!);
    }

    /// <summary>As <c>wait</c>, <c>rollout status</c> and <c>delete --wait</c> do.</summary>
    [Fact]
    public async Task Watch_OfOneNameByAReflector_SeesItGo()
    {
        var ns = await MakeAsync("wire-reflector");
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("gone") });
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("other") });
        var path = $"/api/v1/namespaces/{ns}/configmaps?fieldSelector=metadata.name%3Dgone";
        var list = await NodeAsync(await SendAsync(HttpMethod.Get, $"{path}&limit=500&resourceVersion={await VersionAsync(ns)}&resourceVersionMatch=NotOlderThan"));
        Assert.Equal("gone", (string)Assert.Single(list["items"]!.AsArray())!["metadata"]!["name"]!);
        using var answer = await Admin.GetAsync(
            $"{path}&allowWatchBookmarks=true&resourceVersion={(string)list["metadata"]!["resourceVersion"]!}&timeoutSeconds=300&watch=true",
            HttpCompletionOption.ResponseHeadersRead, Cancelled);
        using var frames = new StreamReader(await answer.Content.ReadAsStreamAsync(Cancelled));
        foreach (var name in (string[])["other", "gone"])
        {
            using var deleted = await SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{ns}/configmaps/{name}", request => request.Content = Json(
                """{"kind":"DeleteOptions","apiVersion":"v1","propagationPolicy":"Background"}""", "application/json"));
            Assert.Equal(HttpStatusCode.OK, deleted.StatusCode);
        }

        var last = JsonNode.Parse((await frames.ReadLineAsync(Cancelled))!)!;
        Assert.Equal(("DELETED", "gone"), ((string)last["type"]!, (string)last["object"]!["metadata"]!["name"]!));
    }

    [Fact]
    public async Task Scale_ReplacedWithoutContentType_ChangesReplicas()
    {
        var ns = await MakeAsync("wire-scale");
        var web = await DeploymentAsync(ns);
        var scale = await NodeAsync(await SendAsync(HttpMethod.Get, $"{web}/scale"));
        Assert.Equal(("autoscaling/v1", "Scale", 2), ((string)scale["apiVersion"]!, (string)scale["kind"]!, (int)scale["spec"]!["replicas"]!));
        scale["spec"]!["replicas"] = 3;
        using var replaced = await SendAsync(HttpMethod.Put, $"{web}/scale", request => request.Content = new ByteArrayContent(System.Text.Encoding.UTF8.GetBytes(scale.ToJsonString())));
        Assert.Equal(HttpStatusCode.OK, replaced.StatusCode);
        using var patched = await SendAsync(HttpMethod.Patch, $"{web}/scale", request => request.Content = Json("""{"spec":{"replicas":4}}""", "application/merge-patch+json"));
        Assert.Equal(4, (int)(await NodeAsync(patched))["spec"]!["replicas"]!);
    }

    [Fact]
    public async Task Apply_OnTheServersSide_CreatesConflictsAndTakesByForce()
    {
        var ns = await MakeAsync("wire-apply");
        var path = $"/api/v1/namespaces/{ns}/configmaps/applied";
        using var created = await ApplyAsync(path, "kubectl", "1", force: false);
        Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        using var again = await ApplyAsync(path, "kubectl", "1", force: false);
        Assert.Equal(
            (HttpStatusCode.OK, (string)(await NodeAsync(created))["metadata"]!["resourceVersion"]!), (again.StatusCode, (string)(await NodeAsync(again))["metadata"]!["resourceVersion"]!));
        using var conflict = await ApplyAsync(path, "other", "2", force: false);
        var cause = (await NodeAsync(conflict))["details"]!["causes"]![0]!;
        Assert.Equal((HttpStatusCode.Conflict, "FieldManagerConflict", ".data.a"), (conflict.StatusCode, (string)cause["reason"]!, (string)cause["field"]!));
        using var forced = await ApplyAsync(path, "other", "2", force: true);
        Assert.Equal("2", (string)(await NodeAsync(forced))["data"]!["a"]!);
    }

    /// <summary>As <c>set image</c>, <c>label</c> and <c>rollout undo</c> do.</summary>
    [Fact]
    public async Task Patches_OfAllThreeKinds_AreTaken()
    {
        var ns = await MakeAsync("wire-patch");
        var web = await DeploymentAsync(ns);
        using var strategic = await PatchAsync(
            $"{web}?fieldManager=kubectl-set", "application/strategic-merge-patch+json",
            """{"spec":{"template":{"spec":{"$setElementOrder/containers":[{"name":"web"}],"containers":[{"image":"web:2","name":"web"}]}}}}""");
        Assert.Equal("web:2", (string)(await NodeAsync(strategic))["spec"]!["template"]!["spec"]!["containers"]![0]!["image"]!);
        using var merge = await PatchAsync($"{web}?fieldManager=kubectl-label", "application/merge-patch+json", """{"metadata":{"labels":{"l":"1"}}}""");
        Assert.Equal("1", (string)(await NodeAsync(merge))["metadata"]!["labels"]!["l"]!);
        using var json = await PatchAsync($"{web}?fieldManager=kubectl-rollout", "application/json-patch+json", """[{"op":"replace","path":"/spec/template/spec/containers/0/image","value":"web:1"}]""");
        var patched = await NodeAsync(json);
        using var nothing = await PatchAsync(web, "application/merge-patch+json", """{"metadata":{"labels":{"l":"1"}}}""");
        Assert.Equal((string)patched["metadata"]!["resourceVersion"]!, (string)(await NodeAsync(nothing))["metadata"]!["resourceVersion"]!);
    }

    [Fact]
    public async Task Delete_WithAnotherUid_Conflicts()
    {
        var ns = await MakeAsync("wire-precondition");
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("kept") });
        using var answer = await SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{ns}/configmaps/kept", request => request.Content = Json(
            """{"kind":"DeleteOptions","apiVersion":"v1","preconditions":{"uid":"another"}}""", "application/json"));
        Assert.Equal(HttpStatusCode.Conflict, answer.StatusCode);
    }

    [Fact]
    public async Task DeleteCollection_OfALabel_LeavesTheOthers()
    {
        var ns = await MakeAsync("wire-collection");
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("a", "app") });
        await CreateAsync(ns, "configmaps", new JsonObject { ["metadata"] = Named("b") });
        using var answer = await SendAsync(HttpMethod.Delete, $"/api/v1/namespaces/{ns}/configmaps?labelSelector=app");
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var left = await NodeAsync(await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps?resourceVersion={await VersionAsync(ns)}"));
        Assert.Equal(["b"], left["items"]!.AsArray().Select(static item => (string)item!["metadata"]!["name"]!));
    }

    [Theory]
    [InlineData("spec.nodeName=n1,status.phase!=Succeeded,status.phase!=Failed", "pods", HttpStatusCode.OK)]
    [InlineData("involvedObject.name=a,involvedObject.namespace=b,involvedObject.uid=c,involvedObject.kind=Pod", "events", HttpStatusCode.OK)]
    [InlineData("spec.unheard=1", "pods", HttpStatusCode.BadRequest)]
    public async Task List_ByFields_IsAsTheKindAllows(string selector, string plural, HttpStatusCode expected)
    {
        using var answer = await SendAsync(HttpMethod.Get, $"/api/v1/{plural}?fieldSelector={Uri.EscapeDataString(selector)}&limit=500");
        Assert.Equal(expected, answer.StatusCode);
    }

    private static JsonObject Named(string name, string? label = null) => label is null
        ? new() { ["name"] = name } : new() { ["name"] = name, ["labels"] = new JsonObject { [label] = "x" } };

    private static StringContent Json(string body, string type) => new(body, MediaTypeHeaderValue.Parse(type));

    private static async Task<JsonNode> NodeAsync(HttpResponseMessage answer) => JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!;

    private async Task<string> MakeAsync(string ns)
    {
        await fixture.Host.CreateNamespaceAsync(ns);
        return ns;
    }

    private async Task CreateAsync(string ns, string plural, JsonObject body)
    {
        using var answer = await Admin.PostAsync($"/api/v1/namespaces/{ns}/{plural}", Json(body.ToJsonString(), "application/json"), Cancelled);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
    }

    /// <summary>A version that is not older than any write that was answered.</summary>
    private async Task<string> VersionAsync(string ns) =>
        (string)(await NodeAsync(await SendAsync(HttpMethod.Get, $"/api/v1/namespaces/{ns}/configmaps?limit=1")))["metadata"]!["resourceVersion"]!;

    private async Task<string> DeploymentAsync(string ns)
    {
        using var answer = await Admin.PostAsync($"/apis/apps/v1/namespaces/{ns}/deployments", Json(
            """{"metadata":{"name":"web"},"spec":{"replicas":2,"selector":{"matchLabels":{"a":"b"}},"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"web","image":"web:1"}]}}}}""",
            "application/json"), Cancelled);
        Assert.Equal(HttpStatusCode.Created, answer.StatusCode);
        return $"/apis/apps/v1/namespaces/{ns}/deployments/web";
    }

    private Task<HttpResponseMessage> PostAsync(string ns, string body, string query) =>
        SendAsync(HttpMethod.Post, $"/api/v1/namespaces/{ns}/configmaps?{query}", request => request.Content = Json(body, "application/json"));

    private Task<HttpResponseMessage> PatchAsync(string path, string type, string body) =>
        SendAsync(HttpMethod.Patch, path, request => request.Content = Json(body, type));

    private Task<HttpResponseMessage> ApplyAsync(string path, string manager, string value, bool force) => PatchAsync(
        $"{path}?fieldManager={manager}&fieldValidation=Strict&force={(force ? "true" : "false")}", "application/apply-patch+yaml",
        $$$"""{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"applied"},"data":{"a":"{{{value}}}"}}""");

    private async Task<HttpResponseMessage> SendAsync(HttpMethod method, string path, Action<HttpRequestMessage>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, path);
        prepare?.Invoke(request);
        return await Admin.SendAsync(request, Cancelled);
    }
}
