using System.Net;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Access;

/// <summary>A client of one user, and what the server answers him.</summary>
internal sealed class TestUser(HttpClient client) : IDisposable
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TestUser Of(ApiHost host, string name, params string[] groups) => new(host.Connect(host.Authority.IssueClient(name, groups)));

    public static TestUser WithToken(ApiHost host, string token)
    {
        var client = host.Connect(null);
        client.DefaultRequestHeaders.Authorization = new("Bearer", token);
        return new(client);
    }

    public HttpClient Client => client;

    public Task<(HttpStatusCode Code, JsonNode Body)> GetAsync(string path) => SendAsync(HttpMethod.Get, path);

    public Task<(HttpStatusCode Code, JsonNode Body)> PostAsync(string path, string body) => SendAsync(HttpMethod.Post, path, body);

    public async Task<(HttpStatusCode Code, JsonNode Body)> SendAsync(HttpMethod method, string path, string? body = null, string type = "application/json")
    {
        using var request = new HttpRequestMessage(method, path);
        request.Content = body is null ? null : new StringContent(body, System.Text.Encoding.UTF8, type);
        using var answer = await client.SendAsync(request, Cancelled);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(Cancelled))!);
    }

    public async Task<JsonNode> CreateAsync(string path, string body)
    {
        var (code, answer) = await PostAsync(path, body);
        Assert.True(code == HttpStatusCode.Created, answer.ToJsonString());
        return answer;
    }

    public void Dispose() => client.Dispose();
}
