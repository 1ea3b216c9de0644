using System.Net;
using Crescent.EndToEnd.Tests.Security;
using Crescent.SiloHost.Dashboard;
using Crescent.SiloHost.Operating;
using Microsoft.Extensions.DependencyInjection;
using OpenTelemetry.Metrics;
using Orleans.Runtime;

namespace Crescent.EndToEnd.Tests.Observability;

/// <summary>The Orleans dashboard, as an operator's browser asks for it.</summary>
public sealed class DashboardTests(SiloFixture silo) : IClassFixture<SiloFixture>
{
    [Theory]
    [InlineData("/dashboard/", "text/html")]
    [InlineData("/dashboard/index.min.js", "text/javascript")]
    [InlineData("/dashboard/DashboardCounters", "application/json")]
    public async Task Get_Administrator_GetsPagesFilesAndFigures(string path, string mediaType)
    {
        using var client = AdminClient.TryCreate(silo.Options.Home)!;

        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(mediaType, answer.Content.Headers.ContentType?.MediaType);
        Assert.NotEmpty(await answer.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Get_SignInLink_SetsTheCookieThatOpensThePages()
    {
        var cookies = new CookieContainer();
        using var client = Browser(cookies);
        using var refused = await client.GetAsync(new Uri("/dashboard/", UriKind.Relative), TestContext.Current.CancellationToken);

        using var answer = await client.GetAsync(
            new Uri($"/dashboard?token={silo.Secrets.DashboardToken}", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("/dashboard/", answer.RequestMessage!.RequestUri!.PathAndQuery);
        Assert.True(Assert.Single(cookies.GetAllCookies()).HttpOnly);
    }

    [Fact]
    public async Task Get_WrongToken_IsRefused()
    {
        using var client = Browser(new());

        using var answer = await client.GetAsync(new Uri("/dashboard?token=guess", UriKind.Relative), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, answer.StatusCode);
    }

    /// <summary>What starts a silo replaces the dashboard's meter provider; this version of the dashboard must permit it, and go on reporting.</summary>
    [Fact]
    public async Task Start_DashboardHasProviderOfItsOwn_IsReplacedAndReports()
    {
        using var client = AdminClient.TryCreate(silo.Options.Home)!;
        var details = silo.Services.GetRequiredService<ILocalSiloDetails>();
        var room = silo.Services.GetServices<ILifecycleParticipant<ISiloLifecycle>>().OfType<DashboardRoom>().Single();

        Assert.True(room.Provider?.ForceFlush());
        var counters = $"/dashboard/SiloCounters/{Uri.EscapeDataString(details.SiloAddress.ToParsableString())}";
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(2));
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        var answer = string.Empty;
        while (!answer.Contains("orleans-", StringComparison.Ordinal))
        {
            await pace.WaitForNextTickAsync(limit.Token);
            answer = await client.GetStringAsync(new Uri(counters, UriKind.Relative), limit.Token);
        }
    }

    private HttpClient Browser(CookieContainer cookies) => new(new SocketsHttpHandler
    {
        CookieContainer = cookies,
        SslOptions = new() { RemoteCertificateValidationCallback = (_, _, _, _) => true },
    })
    { BaseAddress = silo.Server };
}
