using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using Crescent.Api.Responses;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Discovery;

/// <summary>
/// <c>/api</c>, <c>/apis</c> and what lies directly under them. The documents never change while the process runs, so each is made once.
/// </summary>
internal sealed class DiscoveryEndpoint(ServedCatalog catalog)
{
    private readonly ConcurrentDictionary<string, byte[]> _documents = new(StringComparer.Ordinal);

    /// <summary>False when the path is not a discovery path.</summary>
    public async ValueTask<bool> TryHandleAsync(HttpContext context, string path)
    {
        var segments = path.Trim('/').Split('/');
        if (segments is not (["api" or "apis"] or ["api", _] or ["apis", _] or ["apis", _, _]))
        {
            return false;
        }

        if (segments.Length == 1 && AggregatedVersion(context.Request) is { } version)
        {
            var isCore = segments[0] == "api";
            var body = _documents.GetOrAdd($"{segments[0]};{version}", _ => Make(writer => AggregatedDiscovery.Write(
                writer, version, catalog.Groups.Where(group => group.Name.Length == 0 == isCore))));
            await WriteAsync(context, body, $"application/json;g=apidiscovery.k8s.io;v={version};as=APIGroupDiscoveryList");
            return true;
        }

        if (TryLegacy(context, segments) is not { } legacy)
        {
            await context.WriteErrorAsync(ApiErrors.UnknownPath);
            return true;
        }

        if (!ResponseFormat.TryNegotiate(context.Request, out var format))
        {
            // Discovery clients also send aggregated-only or protobuf Accept lists; plain JSON is what everyone falls back to.
            format = ResponseFormat.Default;
        }

        context.Response.Headers.Vary = "Accept";
        await context.WriteJsonAsync(format with { Shape = ResponseShape.Object }, legacy);
        return true;
    }

    private byte[]? TryLegacy(HttpContext context, string[] segments)
    {
        switch (segments)
        {
            case ["api"]:
                var address = context.Request.Host.Value ?? string.Empty;
                return Make(writer => LegacyDiscovery.WriteVersions(writer, catalog.Groups[0], address));
            case ["apis"]:
                return Known("apis", writer => LegacyDiscovery.WriteGroups(writer, catalog.Groups.Where(static group => group.Name.Length != 0)));
            case ["apis", var name] when name.Length != 0 && catalog.Groups.FirstOrDefault(group => group.Name == name) is { } group:
                return Known($"apis/{name}", writer => LegacyDiscovery.WriteGroup(writer, group));
            case ["api", var version] when catalog.Find(string.Empty, version) is { } served:
                return Known($"api/{version}", writer => LegacyDiscovery.WriteResources(writer, version, served));
            case ["apis", var name, var version] when name.Length != 0 && catalog.Find(name, version) is { } served:
                return Known($"apis/{name}/{version}", writer => LegacyDiscovery.WriteResources(writer, $"{name}/{version}", served));
            default:
                return null;
        }
    }

    private byte[] Known(string key, Action<Utf8JsonWriter> write) => _documents.GetOrAdd(key, _ => Make(write));

    private static byte[] Make(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(4096);
        using (var writer = new Utf8JsonWriter(buffer))
        {
            write(writer);
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>v2 or v2beta1, whichever the client names first; null for the legacy form.</summary>
    private static string? AggregatedVersion(HttpRequest request)
    {
        foreach (var clause in request.Headers.Accept.ToString().Split(',', StringSplitOptions.TrimEntries))
        {
            if (clause.StartsWith("application/json", StringComparison.Ordinal) && clause.Contains("as=APIGroupDiscoveryList", StringComparison.Ordinal))
            {
                var parameters = clause.Split(';', StringSplitOptions.TrimEntries);
                if (parameters.Contains("v=v2") || parameters.Contains("v=v2beta1"))
                {
                    return parameters.Contains("v=v2") ? "v2" : "v2beta1";
                }
            }
            else if (clause is "application/json" or "*/*")
            {
                return null;
            }
        }

        return null;
    }

    private static async Task WriteAsync(HttpContext context, byte[] body, string contentType)
    {
        context.Response.ContentType = contentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.Vary = "Accept";
        context.Response.Headers.CacheControl = "public";
        await context.Response.BodyWriter.WriteAsync(body, context.RequestAborted);
    }
}
