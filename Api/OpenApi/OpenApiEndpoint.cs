using System.Collections.Concurrent;
using System.IO.Compression;
using System.Text.Json;
using Crescent.Api.Hosting;
using Crescent.Api.Responses;
using Crescent.Definitions;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Crescent.Api.OpenApi;

/// <summary>
/// <c>/openapi/v3</c> and the documents under it. Each is built when first asked for and kept compressed; what is served follows from
/// the build alone, so the build's identity is the hash.
/// </summary>
internal sealed class OpenApiEndpoint(DescribedResources described, IOptions<ApiOptions> options)
{
    public const string Root = "/openapi/v3";
    public const string V2 = "/openapi/v2";
    private const string V2Json = "/openapi/v2.json";

    /// <summary>Clients ask with <c>v2@v1.0</c>, which is no valid media type: the answer names it with a dot.</summary>
    private const string V2MediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf";

    private readonly ConcurrentDictionary<string, Lazy<byte[]>> _documents = new(StringComparer.Ordinal);

    private readonly string _hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
    [
        .. typeof(OpenApiEndpoint).Module.ModuleVersionId.ToByteArray(), .. typeof(ResourceCatalog).Module.ModuleVersionId.ToByteArray(),
    ]));

    /// <summary>The documents: <c>api/v1</c>, <c>apis/apps/v1</c> …</summary>
    public IEnumerable<string> Names => described.All.Select(PathOf).Distinct(StringComparer.Ordinal);

    public async Task HandleAsync(HttpContext context, string path)
    {
        var name = path.Length <= Root.Length ? string.Empty : path[(Root.Length + 1)..];
        if (name.Length == 0)
        {
            await WriteIndexAsync(context);
        }
        else if (Names.Contains(name))
        {
            await WriteDocumentAsync(context, name);
        }
        else
        {
            await context.WriteErrorAsync(ApiErrors.UnknownPath);
        }
    }

    /// <summary>OpenAPI v2: protobuf for who names it, which kubectl does; JSON for the others.</summary>
    public Task HandleV2Async(HttpContext context)
    {
        var accept = context.Request.Headers.Accept.ToString();
        return accept.Contains("proto-openapi.spec.v2", StringComparison.Ordinal) ? WriteDocumentAsync(context, V2, V2MediaType)
            : accept.Length == 0 || accept.Contains("*/*", StringComparison.Ordinal) || accept.Contains("json", StringComparison.Ordinal)
            ? WriteDocumentAsync(context, V2Json)
            : context.WriteErrorAsync(ApiErrors.NotAcceptable);
    }

    public async Task WriteDocumentAsync(HttpContext context, string name, string contentType = "application/json")
    {
        var response = context.Response;
        var tag = name == V2 ? $"\"{_hash}-pb\"" : $"\"{_hash}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept-Encoding, Accept";
        response.Headers.CacheControl = context.Request.Query["hash"] == _hash ? "public, immutable" : "no-cache, private";
        if (context.Request.Headers.IfNoneMatch.ToString() is { Length: > 0 } known && (known == "*" || known.Split(',', StringSplitOptions.TrimEntries).Any(item => item == tag || item == $"W/{tag}")))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var document = _documents.GetOrAdd(name, key => new(() => Build(key))).Value;
        response.ContentType = contentType;
        if (context.Request.Headers.AcceptEncoding.ToString().Contains("gzip", StringComparison.OrdinalIgnoreCase))
        {
            response.Headers.ContentEncoding = "gzip";
            response.ContentLength = document.Length;
            await response.BodyWriter.WriteAsync(document, context.RequestAborted);
            return;
        }

        await using var plain = new GZipStream(new MemoryStream(document, writable: false), CompressionMode.Decompress);
        await plain.CopyToAsync(response.Body, context.RequestAborted);
    }

    private Task WriteIndexAsync(HttpContext context)
    {
        var paths = Names.ToDictionary(
            static name => name, name => new Dictionary<string, string> { ["serverRelativeURL"] = $"{Root}/{name}?hash={_hash}" }, StringComparer.Ordinal);
        return context.WriteJsonAsync(ResponseFormat.Default, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object> { ["paths"] = paths }));
    }

    private byte[] Build(string name)
    {
        var version = options.Value.KubernetesVersion;
        var descriptions = FieldDescriptions.Load();
        var document = name switch
        {
            V2 => OpenApiV2Document.Build(described.All, version, descriptions),
            V2Json => OpenApiV2Json.Build(Names.Select(group => BuildGroup(group, version, descriptions)), version),
            _ => BuildGroup(name, version, descriptions),
        };
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(document);
        }

        return compressed.ToArray();
    }

    private byte[] BuildGroup(string name, string version, FieldDescriptions descriptions) =>
        OpenApiDocument.Build([.. described.All.Where(definition => PathOf(definition) == name)], version, descriptions);

    private static string PathOf(ResourceDefinition definition) =>
        definition.Group.Length == 0 ? $"api/{definition.Version}" : $"apis/{definition.Group}/{definition.Version}";
}
