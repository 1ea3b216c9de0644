using System.Net;
using Crescent.Api.Streaming;
using Crescent.Api.Tests.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Xunit;

namespace Crescent.Api.Tests.Streaming;

/// <summary>The API with a node <c>n1</c>, a pod <c>web</c> on it and a web server that stands for every port of the pod.</summary>
public sealed class StreamHost : IAsyncLifetime
{
    private WebApplication _backend = null!;

    internal FakeNode Node { get; } = new();

    /// <summary>Request lines that arrived at the pod.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Seen { get; } = new();

    public ApiHost Api { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(static kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        _backend = builder.Build();
        _backend.UseWebSockets();
        _backend.Run(AnswerAsync);
        await _backend.StartAsync();
        Node.Backend = new Uri(_backend.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First()).Port;

        Api = await ApiHost.StartAsync(services => services.AddSingleton<INodeProxy>(Node));
        await PostAsync("/api/v1/nodes", """
            {"apiVersion":"v1","kind":"Node","metadata":{"name":"n1"},"status":{"addresses":[{"type":"InternalIP","address":"192.0.2.1"}]}}
            """);
        await PostAsync("/api/v1/namespaces/default/pods", """
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"web"},
             "spec":{"nodeName":"n1","containers":[{"name":"main","image":"web","ports":[{"containerPort":8080}]}]}}
            """);
    }

    public async ValueTask DisposeAsync()
    {
        await Api.DisposeAsync();
        await _backend.DisposeAsync();
    }

    public async Task PostAsync(string path, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await Api.Admin.PostAsync(path, content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>Says what arrived; <c>/away</c> redirects, <c>/page</c> is HTML, <c>/socket</c> echoes a WebSocket, <c>/shut</c> upgrades nothing.</summary>
    private async Task AnswerAsync(HttpContext context)
    {
        var request = context.Request;
        Seen.Enqueue($"{request.Method} {request.Path}{request.QueryString}");
        if (context.WebSockets.IsWebSocketRequest && request.Path != "/shut")
        {
            using var socket = await context.WebSockets.AcceptWebSocketAsync();
            var buffer = new byte[1024];
            var received = await socket.ReceiveAsync(buffer, context.RequestAborted);
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, true, context.RequestAborted);
            await socket.CloseAsync(System.Net.WebSockets.WebSocketCloseStatus.NormalClosure, "", context.RequestAborted);
            return;
        }

        if (request.Path == "/away")
        {
            context.Response.Redirect("/there?x=1");
            return;
        }

        if (request.Path == "/page")
        {
            context.Response.ContentType = "text/html; charset=utf-8";
            var page = "<a href=\"/next\">next</a>"u8.ToArray();
            if (!request.QueryString.HasValue)
            {
                context.Response.ContentLength = page.Length;
                await context.Response.Body.WriteAsync(page);
                return;
            }

            context.Response.Headers.ContentEncoding = "gzip";
            await using var packed = new System.IO.Compression.GZipStream(context.Response.Body, System.IO.Compression.CompressionLevel.Fastest);
            await packed.WriteAsync(page);
            return;
        }

        using var reader = new StreamReader(request.Body);
        context.Response.Headers.Append("Access-Control-Allow-Origin", "*");
        await context.Response.WriteAsync(
            $"{request.Method} {request.Path}{request.QueryString} {await reader.ReadToEndAsync()} "
            + $"uri={request.Headers["X-Forwarded-Uri"]} auth={request.Headers.Authorization} custom={request.Headers["X-Custom"]}");
    }
}
