using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Definitions;
using Crescent.Api.Dispatching;
using Crescent.Api.Requests;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;

namespace Crescent.Api.Tests.Fuzzing;

/// <summary>Damaged requests of an administrator, handed to the API's dispatcher without a network between: an answer of 500 or above is a finding.</summary>
internal sealed class Requests(Corpus corpus, IServiceProvider services, X509Certificate2 administrator, Random random)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>A watch goes on until the client leaves.</summary>
    private static readonly TimeSpan WatchPatience = TimeSpan.FromMilliseconds(200);
    private static readonly string[] Methods = ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "get", "X"];
    private static readonly string[] Forms =
    [
        "application/json", "application/yaml", "application/vnd.kubernetes.protobuf", "application/merge-patch+json", "application/json-patch+json",
        "application/strategic-merge-patch+json", "application/apply-patch+yaml", "text/plain",
    ];

    private static readonly string[] Accepts =
    [
        "application/json", "application/vnd.kubernetes.protobuf", "application/json;as=Table;v=v1;g=meta.k8s.io,application/json", "application/yaml", "*/*",
        "application/json;as=PartialObjectMetadata;v=v1;g=meta.k8s.io", "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList",
    ];

    private static readonly string[] Queries =
    [
        "", "?limit=2&continue=abc", "?labelSelector=a%3Db", "?fieldSelector=metadata.name%3Dx", "?fieldManager=fuzz&fieldValidation=Strict", "?fieldManager=fuzz&force=true",
        "?dryRun=All", "?resourceVersion=0", "?resourceVersion=5&resourceVersionMatch=Exact", "?timeout=3s", "?gracePeriodSeconds=0&propagationPolicy=Background",
        "?pretty=true", "?watch=1&timeoutSeconds=1&resourceVersion=1", "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true&timeoutSeconds=1",
    ];

    private const int Renewal = 2000;
    private readonly Mutator _mutator = new(random);
    private readonly ApiDispatcher _dispatcher = services.GetRequiredService<ApiDispatcher>();
    private readonly IReadOnlyList<(string Collection, string Path, byte[]? Stored)> _targets =
    [
        .. Paths.Select(static path => (path, path, (byte[]?)null)),
        .. services.GetRequiredService<ResourceCatalog>().Definitions.SelectMany(item => TargetsOf(item, corpus.Stored.GetValueOrDefault(item.Plural))),
    ];

    private int _asked;

    public static IReadOnlyList<string> Paths { get; } =
    [
        "/api", "/apis", "/version", "/openapi/v2", "/openapi/v3", "/openapi/v3/api/v1", "/readyz", "/api/v1/nodes/n/proxy/healthz", "/apis/apps/v1",
        "/api/v1/namespaces/default/pods/p/proxy/a/b", "/api/v1/namespaces/default/services/https:s:web/proxy/x?y", "/api/v1/namespaces/default/pods/p/log",
        "/api/v1/namespaces/default/pods/p/exec", "/api/v1/namespaces/default/pods/p/eviction", "/api/v1/namespaces/default/pods/p/binding",
        "/apis/apps/v1/namespaces/default/deployments/fuzzed/scale", "/apis/apps/v1/namespaces/default/deployments/fuzzed/status",
        "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "/apis/authentication.k8s.io/v1/tokenreviews", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
        "/api/v1/namespaces/default/serviceaccounts/default/token", "/apis/certificates.k8s.io/v1/certificatesigningrequests/c/approval",
        "/api/v1/namespaces/default/configmaps", "/api/v1/namespaces/default/configmaps/fuzzed", "/api/v1/namespaces/default/finalize", "/api/v1/watch/pods",
        "/apis/metrics.k8s.io/v1beta1/nodes", "/.well-known/openid-configuration",
    ];

    /// <summary>One request; throws when the answer is a finding.</summary>
    public async Task<string> RunAsync(CancellationToken cancellationToken)
    {
        if (_asked++ % Renewal == 0)
        {
            await StoreAsync(cancellationToken);
        }

        var (_, path, stored) = Pick(_targets);
        var method = random.Next(10) == 0 ? Pick(Methods) : Methods[random.Next(4)];
        var query = Pick(Queries);
        var (form, body) = Body(method, stored);
        var accept = Pick(Accepts);
        switch (random.Next(5))
        {
            case 0:
                path = _mutator.Mutate(path, Pick(_targets).Path);
                break;
            case 1:
                query = "?" + _mutator.Mutate(query, Pick(Queries)).TrimStart('?');
                break;
            case 2:
                accept = _mutator.Mutate(accept, Pick(Accepts));
                break;
            default:
                body = _mutator.Mutate(body, Pick(corpus.Json));
                break;
        }

        return await SendAsync(method, path, query, form, accept, body, cancellationToken);
    }

    /// <summary>An object of every kind, so that there is something to get, change and list; those that are there are refused.</summary>
    private async Task StoreAsync(CancellationToken cancellationToken)
    {
        foreach (var (collection, _, stored) in _targets.Where(static target => target.Stored is not null).DistinctBy(static target => target.Collection))
        {
            await SendAsync("POST", collection, "", "application/json", "application/json", stored!, cancellationToken);
        }
    }

    private async Task<string> SendAsync(
        string method, string path, string query, string form, string accept, byte[] body, CancellationToken cancellationToken)
    {
        var what = JsonSerializer.Serialize(new { method, path, query, form, accept, body = Convert.ToBase64String(body) });
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var goesOn = (path + query).Contains("watch", StringComparison.OrdinalIgnoreCase);
        patience.CancelAfter(goesOn ? WatchPatience : Patience);
        await using var scope = services.CreateAsyncScope();
        var context = new DefaultHttpContext { RequestServices = scope.ServiceProvider, RequestAborted = patience.Token };
        var request = context.Features.GetRequiredFeature<IHttpRequestFeature>();
        (request.Method, request.Path, request.QueryString, request.RawTarget) = (method, path.StartsWith('/') ? path : "/" + path, query, path + query);
        context.Connection.ClientCertificate = administrator;
        context.Request.Headers.Accept = accept;
        context.Request.ContentType = form;
        context.Request.Body = new MemoryStream(body);
        context.Response.Body = new MemoryStream();
        try
        {
            await _dispatcher.HandleAsync(context);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException(what, exception);
        }

        if (!goesOn && patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new InvalidOperationException($"hangs: {what}");
        }

        return context.Response.StatusCode < 500 || IsExpected(context, path, query) ? what
            : throw new InvalidOperationException($"{context.Response.StatusCode}: {what}");
    }

    // There are no nodes behind this API, so what asks one says 503; a client that allows itself no time is told so.
    private static bool IsExpected(HttpContext context, string path, string query) =>
        (context.Response.StatusCode == 503 && (path.Contains("proxy", StringComparison.OrdinalIgnoreCase) || path.Contains("pods/", StringComparison.Ordinal)))
        || (context.Response.StatusCode == 504 && (query.Contains("timeout", StringComparison.OrdinalIgnoreCase) || query.Contains("resourceVersion", StringComparison.OrdinalIgnoreCase)));

    private static IEnumerable<(string Collection, string Path, byte[]? Stored)> TargetsOf(ResourceDefinition item, byte[]? stored)
    {
        var root = item.Group.Length == 0 ? $"/api/{item.Version}" : $"/apis/{item.Group}/{item.Version}";
        var all = item.IsNamespaced ? $"{root}/namespaces/default/{item.Plural}" : $"{root}/{item.Plural}";
        if (stored is not null)
        {
            // The server names and numbers what is created.
            var made = JsonNode.Parse(stored)!.AsObject();
            var metadata = made["metadata"]!.AsObject();
            metadata.Remove("uid");
            metadata.Remove("resourceVersion");
            stored = JsonSerializer.SerializeToUtf8Bytes(made);
            var name = (string)metadata["name"]!;
            yield return (all, $"{all}/{name}", stored);
            yield return (all, $"{all}/{name}/status", stored);
        }

        yield return (all, all, stored);
        yield return (all, $"{all}/fuzzed", stored);
        yield return (all, $"{root}/{item.Plural}", stored);
    }

    private (string Form, byte[] Body) Body(string method, byte[]? stored)
    {
        if (method == "PATCH")
        {
            return (Forms[random.Next(3, 7)], stored is not null && random.Next(2) == 0 ? stored : System.Text.Encoding.UTF8.GetBytes(Pick(corpus.Patches)));
        }

        if (stored is not null && random.Next(4) != 0)
        {
            return ("application/json", stored);
        }

        var form = random.Next(12) == 0 ? Pick(Forms) : Forms[random.Next(3)];
        return (form, form switch
        {
            "application/yaml" => Pick(corpus.Yaml),
            "application/vnd.kubernetes.protobuf" => Pick(corpus.Protobuf),
            _ => Pick(corpus.Json),
        });
    }

    private T Pick<T>(IReadOnlyList<T> items) => items[random.Next(items.Count)];
}
