using System.Net;
using Crescent.EndToEnd.Tests.Security;
using Crescent.SiloHost.Operating;

namespace Crescent.EndToEnd.Tests.Observability;

/// <summary>Scraping a silo as Prometheus does.</summary>
public sealed class SiloMetricsTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    private static readonly Uri Path = new("/metrics", UriKind.Relative);

    [Fact]
    public async Task Scrape_Administrator_GetsFiguresOfEveryPart()
    {
        using var client = AdminClient.TryCreate(silo.Options.Home)!;
        using var warmUp = await client.GetAsync(new Uri("/api/v1/namespaces", UriKind.Relative), TestContext.Current.CancellationToken);

        using var answer = await client.GetAsync(Path, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("text/plain", answer.Content.Headers.ContentType?.MediaType);
        Assert.Matches("(?m)^# TYPE crescent_\\w+ (counter|gauge|histogram)$", text);
        Assert.Matches("(?m)^# TYPE orleans_\\w+ ", text);
        Assert.Matches("(?m)^# TYPE dotnet_\\w+ ", text);
        Assert.Matches("(?m)^crescent_\\w+(\\{[^}]*\\})? [0-9.e+-]+( [0-9]+)?$", text);
    }

    [Fact]
    public async Task Scrape_NoCertificate_IsForbidden()
    {
        using var client = new HttpClient(new SocketsHttpHandler
        {
            SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
        });

        using var answer = await client.GetAsync(new Uri(silo.Server, Path), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
