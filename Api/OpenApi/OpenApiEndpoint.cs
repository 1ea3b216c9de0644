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
internal sealed class OpenApiEndpoint(ResourceCatalog catalog, IOptions<ApiOptions> options)
{
    public const string Root = "/openapi/v3";

    private readonly ConcurrentDictionary<string, Lazy<byte[]>> _documents = new(StringComparer.Ordinal);

    private readonly string _hash = Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(
    [
        .. typeof(OpenApiEndpoint).Module.ModuleVersionId.ToByteArray(), .. typeof(ResourceCatalog).Module.ModuleVersionId.ToByteArray(),
    ]));

    /// <summary>The documents: <c>api/v1</c>, <c>apis/apps/v1</c> …</summary>
    public IEnumerable<string> Names => catalog.Definitions.Select(PathOf).Distinct(StringComparer.Ordinal);

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

    public async Task WriteDocumentAsync(HttpContext context, string name)
    {
        var response = context.Response;
        var tag = $"\"{_hash}\"";
        response.Headers.ETag = tag;
        response.Headers.Vary = "Accept-Encoding, Accept";
        response.Headers.CacheControl = context.Request.Query["hash"] == _hash ? "public, immutable" : "no-cache, private";
        if (context.Request.Headers.IfNoneMatch == tag)
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var document = _documents.GetOrAdd(name, key => new(() => Build(key))).Value;
        response.ContentType = "application/json";
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
        var definitions = catalog.Definitions.Where(definition => PathOf(definition) == name).ToList();
        var json = OpenApiDocument.Build(definitions, options.Value.KubernetesVersion, FieldDescriptions.Load());
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest))
        {
            gzip.Write(json);
        }

        return compressed.ToArray();
    }

    private static string PathOf(ResourceDefinition definition) =>
        definition.Group.Length == 0 ? $"api/{definition.Version}" : $"apis/{definition.Group}/{definition.Version}";
}
