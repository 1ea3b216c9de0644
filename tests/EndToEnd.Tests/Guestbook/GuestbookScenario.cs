using System.Net;
using Crescent.EndToEnd.Tests.Clusters;

namespace Crescent.EndToEnd.Tests.Guestbook;

/// <summary>The guestbook's life as a user leads it: apply, use, scale, roll, undo, lose pods.</summary>
internal sealed class GuestbookScenario(Kubectl kubectl, string ns) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.Zero, AllowAutoRedirect = false })
    {
        BaseAddress = new("http://127.0.0.1:30080"), Timeout = TimeSpan.FromSeconds(10),
    };

    public async Task ApplyAsync()
    {
        await kubectl.DoAsync("apply", "-n", ns, "-k", Repository.Sample("guestbook-local"));
        foreach (var name in (string[])["guestbook-leader", "guestbook-follower", "guestbook"])
        {
            await RolledOutAsync(name);
        }
    }

    /// <summary>Waits as a user does; fails when the rollout does.</summary>
    public Task<string> RolledOutAsync(string deployment = "guestbook") =>
        kubectl.DoAsync("rollout", "status", "-n", ns, $"deployment/{deployment}", "--timeout=90s");

    /// <summary>Signs through the Service and waits until the followers show the entry.</summary>
    public async Task SignAsync(string entry)
    {
        await Level.ReachedAsync($"signing '{entry}'", async () =>
        {
            using var answer = await TryAsync(() =>
                _http.PostAsync("/", new FormUrlEncodedContent([new("entry", entry)]), TestContext.Current.CancellationToken));
            return answer?.StatusCode == HttpStatusCode.SeeOther;
        });
        await Level.ReachedAsync($"entry '{entry}' on the followers", async () => (await EntriesAsync()).Contains(entry, StringComparison.Ordinal));
    }

    /// <summary>Waits until every answer of ten in a row comes from <paramref name="version"/>.</summary>
    public Task ServesVersionAsync(string version) => Level.ReachedAsync($"version {version} served", async () =>
    {
        for (var i = 0; i < 10; i++)
        {
            using var answer = await TryAsync(() => _http.GetAsync("/version", TestContext.Current.CancellationToken));
            if (answer is null || !(await answer.Content.ReadAsStringAsync()).StartsWith($"{version} ", StringComparison.Ordinal))
            {
                return false;
            }
        }

        return true;
    });

    public Task ScaleAsync(int replicas) => kubectl.DoAsync("scale", "-n", ns, "deployment/guestbook", $"--replicas={replicas}");

    /// <summary>Waits until exactly this many front end pods exist and all are ready.</summary>
    public Task HasReadyPodsAsync(int count) => Level.ReachedAsync($"{count} ready front ends", async () =>
    {
        var pods = await kubectl.GetAsync("pods", "-n", ns, "-l", "app=guestbook");
        var items = pods.GetProperty("items").EnumerateArray().ToArray();
        return items.Length == count && items.All(IsReady);
    });

    public Task RollToAsync(string version) =>
        kubectl.DoAsync("set", "env", "-n", ns, "deployment/guestbook", $"GUESTBOOK_VERSION={version}");

    public async Task<string[]> PodNamesAsync(string selector = "app=guestbook") =>
        (await kubectl.DoAsync("get", "pods", "-n", ns, "-l", selector, "-o", "name")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public void Dispose() => _http.Dispose();

    private static bool IsReady(System.Text.Json.JsonElement pod) =>
        !pod.GetProperty("metadata").TryGetProperty("deletionTimestamp", out _)
        && pod.TryGetProperty("status", out var status) && status.TryGetProperty("conditions", out var conditions)
        && conditions.EnumerateArray().Any(condition =>
            condition.GetProperty("type").GetString() == "Ready" && condition.GetProperty("status").GetString() == "True");

    private async Task<string> EntriesAsync()
    {
        using var answer = await TryAsync(() => _http.GetAsync("/entries", TestContext.Current.CancellationToken));
        return answer is null ? "" : await answer.Content.ReadAsStringAsync();
    }

    // While pods come and go a connection may be refused: the callers look again.
    private static async Task<HttpResponseMessage?> TryAsync(Func<Task<HttpResponseMessage>> call)
    {
        try
        {
            return await call();
        }
        catch (HttpRequestException)
        {
            return null;
        }
    }
}
