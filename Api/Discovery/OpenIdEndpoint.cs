using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Discovery;

/// <summary>
/// Lets others verify service account tokens, see
/// <see href="https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery">issuer discovery</see>.
/// </summary>
internal sealed class OpenIdEndpoint(IServiceAccountKeys keys, IOptions<ServiceAccountTokenOptions> options)
{
    public const string Configuration = "/.well-known/openid-configuration";
    public const string Keys = "/openid/v1/jwks";

    public Task WriteConfigurationAsync(HttpContext context) => WriteAsync(context, "application/json", new()
    {
        ["issuer"] = options.Value.Issuer,
        ["jwks_uri"] = $"https://{context.Request.Host}{Keys}",
        ["response_types_supported"] = new JsonArray("id_token"),
        ["subject_types_supported"] = new JsonArray("public"),
        ["id_token_signing_alg_values_supported"] =
            new JsonArray([.. keys.Verifying.Select(static key => key.Algorithm).Distinct(StringComparer.Ordinal).Select(static name => (JsonNode)name)]),
    });

    public Task WriteKeysAsync(HttpContext context) => WriteAsync(context, "application/jwk-set+json", new()
    {
        ["keys"] = new JsonArray([.. keys.Verifying.Select(static key => (JsonNode)key.ToJwk())]),
    });

    private static Task WriteAsync(HttpContext context, string type, JsonObject document)
    {
        context.Response.ContentType = type;
        context.Response.Headers.CacheControl = "public, max-age=3600";
        return context.Response.Body.WriteAsync(JsonSerializer.SerializeToUtf8Bytes(document), context.RequestAborted).AsTask();
    }
}
