using System.Net;
using System.Text.Json;
using Crescent.Api.Tests.Hosting;
using Crescent.Api.Watching;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Limits;

/// <summary>A client that opens a watch over HTTP/2 and does not read it: its flow control window closes.</summary>
public sealed class SlowWatcherTests
{
    private const int Updates = 60;
    private const string Pods = "/api/v1/namespaces/default/pods";
    private static readonly string Padding = new('x', 32 * 1024);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Watch_ClientDoesNotRead_IsCutAndResumesWithoutLoss()
    {
        await using var host = await ApiHost.StartAsync(services => services.Configure<WatchOptions>(options => options.Patience = TimeSpan.FromSeconds(2)));
        using var client = Connect(host);
        var created = await SendAsync(client, HttpMethod.Post, Pods, $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"slow"},"spec":{"containers":[{"name":"c","image":"i"}]}}
            """);
        using var stalled = await OpenAsync(client, created);

        var expected = new List<string>();
        for (var update = 0; update < Updates; update++)
        {
            expected.Add(await SendAsync(
                client, HttpMethod.Patch, $"{Pods}/slow", $$"""{"metadata":{"annotations":{"n":"{{update}}","padding":"{{Padding}}"} } }"""));
        }

        // The server has let go of it, though nothing was read.
        var cache = (ResourceCache)host.Services.GetRequiredService<IResourceCaches>().Get(KnownTypes.Pods);
        using var poll = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        while (cache.ReaderCount > 0)
        {
            await poll.WaitForNextTickAsync(Token);
        }

        var seen = new List<string>();
        await ReadAsync(stalled, seen, expected[^1]);
        Assert.True(seen.Count < Updates, "the watch was not cut");
        while (seen.Count < Updates)
        {
            using var resumed = await OpenAsync(client, seen.LastOrDefault(created));
            await ReadAsync(resumed, seen, expected[^1]);
        }

        Assert.Equal(expected, seen);
    }

    private static HttpClient Connect(ApiHost host)
    {
        var handler = new SocketsHttpHandler { InitialHttp2StreamWindowSize = 65_535 };
        var certificate = host.Authority.IssueClient("kubernetes-admin", "system:masters");
        handler.SslOptions.RemoteCertificateValidationCallback = (_, presented, _, _) => presented is not null;
        handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => certificate;
        return new(handler)
        {
            BaseAddress = host.Address, DefaultRequestVersion = HttpVersion.Version20, DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact,
        };
    }

    /// <returns>Version of what was written.</returns>
    private static async Task<string> SendAsync(HttpClient client, HttpMethod method, string path, string body)
    {
        using var request = new HttpRequestMessage(method, path)
        {
            Version = HttpVersion.Version20,
            Content = new StringContent(body, System.Text.Encoding.UTF8, method == HttpMethod.Patch ? "application/merge-patch+json" : "application/json"),
        };
        using var response = await client.SendAsync(request, Token);
        response.EnsureSuccessStatusCode();
        using var document = JsonDocument.Parse(await response.Content.ReadAsByteArrayAsync(Token));
        return VersionOf(document.RootElement);
    }

    private static async Task<HttpResponseMessage> OpenAsync(HttpClient client, string version)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, $"{Pods}?watch=true&resourceVersion={version}") { Version = HttpVersion.Version20 };
        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
        response.EnsureSuccessStatusCode();
        return response;
    }

    /// <summary>Whole events until <paramref name="last"/>, or until the stream ends or breaks.</summary>
    private static async Task ReadAsync(HttpResponseMessage watch, List<string> seen, string last)
    {
        using var reader = new StreamReader(await watch.Content.ReadAsStreamAsync(Token));
        try
        {
            while (seen.LastOrDefault() != last && await reader.ReadLineAsync(Token) is { } line && line.EndsWith('}'))
            {
                using var document = JsonDocument.Parse(line);
                Assert.NotEqual("ERROR", document.RootElement.GetProperty("type").GetString());
                seen.Add(VersionOf(document.RootElement.GetProperty("object")));
            }
        }
        catch (Exception exception) when (exception is IOException or HttpRequestException)
        {
            // Cut in the middle of a line.
        }
    }

    private static string VersionOf(JsonElement item) => item.GetProperty("metadata").GetProperty("resourceVersion").GetString()!;
}
