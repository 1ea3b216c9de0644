using System.Net;
using Crescent.Api.Limits;
using Crescent.Api.Tests.Hosting;
using Crescent.Authorization;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.DependencyInjection;
using Xunit;

namespace Crescent.Api.Tests.Limits;

/// <summary>Priority and fairness over HTTP: objects, headers, refusals, tables.</summary>
public sealed class FlowControlTests : IAsyncLifetime
{
    private ApiHost _host = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await ApiHost.StartAsync(static services => services.Configure<InFlightLimits>(static limits => (limits.Reads, limits.Writes) = (4, 2)));
        await CreateAsync("prioritylevelconfigurations", """
            {"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"PriorityLevelConfiguration","metadata":{"name":"narrow"},
             "spec":{"type":"Limited","limited":{"nominalConcurrencyShares":1,"limitResponse":{"type":"Reject"}}}}
            """);
        await CreateAsync("flowschemas", """
            {"apiVersion":"flowcontrol.apiserver.k8s.io/v1","kind":"FlowSchema","metadata":{"name":"anonymous"},"spec":{
             "priorityLevelConfiguration":{"name":"narrow"},"matchingPrecedence":50,
             "rules":[{"subjects":[{"kind":"User","user":{"name":"system:anonymous"}}],"nonResourceRules":[{"verbs":["get"],"nonResourceURLs":["/version"]}]}]}}
            """);
        var caches = _host.Services.GetRequiredService<IResourceCaches>();
        await caches.Get(KnownTypes.PriorityLevelConfigurations).GetConsistentAsync(Token);
        await caches.Get(KnownTypes.FlowSchemas).GetConsistentAsync(Token);
    }

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Requests_OfALevelThatIsFull_AreRefusedWhileOthersPass()
    {
        using var anonymous = _host.Connect(null);
        var limiter = _host.Services.GetRequiredService<FlowLimiter>();
        var version = new AccessRequest { User = new() { Name = "system:anonymous" }, Verb = "get", Path = "/version" };
        using (var answer = await anonymous.GetAsync("/version", Token))
        {
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            var (schema, level) = (limiter.Book.Classify(version), limiter.Book.Classify(version).Level);
            Assert.Equal(("anonymous", "narrow", 1), (schema.Name, level.Name, level.Settings.Seats));
            Assert.Equal([schema.Uid], answer.Headers.GetValues("X-Kubernetes-PF-FlowSchema-UID"));
            Assert.Equal([level.Uid], answer.Headers.GetValues("X-Kubernetes-PF-PriorityLevel-UID"));
        }

        using (await limiter.EnterAsync(version, Token))
        {
            using var refused = await anonymous.GetAsync("/version", Token);
            Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
            Assert.Equal(TimeSpan.FromSeconds(1), refused.Headers.RetryAfter!.Delta);
            Assert.Contains("\"reason\":\"TooManyRequests\"", await refused.Content.ReadAsStringAsync(Token), StringComparison.Ordinal);

            var requests = await _host.Admin.GetStringAsync("/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1", Token);
            Assert.Matches("(?m)^narrow, +anonymous, +-1, +-1, .*system:anonymous, +get, +/version,", requests);
            Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync("/livez", Token)).StatusCode);
            Assert.Equal(HttpStatusCode.OK, (await _host.Admin.GetAsync("/version", Token)).StatusCode);
        }

        Assert.Equal(HttpStatusCode.OK, (await anonymous.GetAsync("/version", Token)).StatusCode);
        var levels = await _host.Admin.GetStringAsync("/debug/api_priority_and_fairness/dump_priority_levels", Token);
        Assert.StartsWith("PriorityLevelName, ActiveQueues, IsIdle, IsQuiescing, WaitingRequests, ExecutingRequests, DispatchedRequests, ", levels, StringComparison.Ordinal);
        Assert.Matches("(?m)^narrow, +0, +true, +false, +0, +0, +3, +1, +0, +0$", levels);
        Assert.StartsWith("PriorityLevelName, Index, ", await _host.Admin.GetStringAsync("/debug/api_priority_and_fairness/dump_queues", Token), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.Forbidden, (await anonymous.GetAsync("/debug/api_priority_and_fairness/dump_queues", Token)).StatusCode);
    }

    [Fact]
    public async Task Watch_OnceItHasBegun_TakesNoSeat()
    {
        using var watch = await _host.Admin.GetAsync(
            "/api/v1/namespaces?watch=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan&allowWatchBookmarks=true", HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.True(watch.Headers.Contains("X-Kubernetes-PF-FlowSchema-UID"));
        using var reader = new StreamReader(await watch.Content.ReadAsStreamAsync(Token));
        while (await reader.ReadLineAsync(Token) is { } line && !line.Contains("initial-events-end", StringComparison.Ordinal))
        {
        }

        // It gives its seat back right after that frame; the table itself is the one request that is being served then.
        string table;
        do
        {
            table = await _host.Admin.GetStringAsync("/debug/api_priority_and_fairness/dump_requests?includeRequestDetails=1", Token);
        }
        while (table.Contains(" watch, ", StringComparison.Ordinal));

        Assert.Contains("dump_requests", table, StringComparison.Ordinal);
    }

    private async Task CreateAsync(string resource, string body)
    {
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var answer = await _host.Admin.PostAsync($"/apis/flowcontrol.apiserver.k8s.io/v1/{resource}", content, Token);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Token));
    }
}
