using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Crescent.Authentication;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Crescent.Api.Tests.Access;

/// <summary>An OpenID Connect issuer over HTTPS, whose key can rotate.</summary>
internal sealed class TestIssuer : IAsyncDisposable
{
    private readonly WebApplication _application;

    private TestIssuer(WebApplication application) => _application = application;

    public TokenKey Key { get; set; } = TokenKey.Generate();

    public string Url { get; private set; } = "";

    public static async Task<TestIssuer> StartAsync(TestAuthority authority)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        var certificate = authority.IssueServer();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseHttps(certificate)));
        var application = builder.Build();
        var issuer = new TestIssuer(application);
        application.MapGet("/.well-known/openid-configuration", () => Results.Text(
            new JsonObject { ["issuer"] = issuer.Url, ["jwks_uri"] = $"{issuer.Url}/keys" }.ToJsonString(), "application/json"));
        application.MapGet("/keys", () => Results.Text(
            new JsonObject { ["keys"] = new JsonArray((JsonNode)issuer.Key.ToJwk()) }.ToJsonString(), "application/json"));
        await application.StartAsync();
        issuer.Url = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        return issuer;
    }

    public string Token(string subject, string audience, params string[] groups) => Jwt.Sign(
        new JsonObject
        {
            ["iss"] = Url, ["sub"] = subject, ["aud"] = audience, ["exp"] = DateTimeOffset.UtcNow.AddMinutes(5).ToUnixTimeSeconds(),
            ["groups"] = JsonSerializer.SerializeToNode(groups),
        },
        Key);

    public ValueTask DisposeAsync() => _application.DisposeAsync();
}
