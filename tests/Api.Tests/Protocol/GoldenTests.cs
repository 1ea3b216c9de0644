using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Crescent.Testing;
using Xunit;

namespace Crescent.Api.Tests.Protocol;

/// <summary>
/// Requests and answers as folders: <c>request.json</c> (method, path, headers, body or raw; <c>user</c> null for anonymous) and
/// <c>response.json</c> (status and what the body must contain).
/// </summary>
[Collection(ApiHostCollection.Name)]
public sealed class GoldenTests(ApiHostFixture fixture)
{
    public static TheoryData<string> Cases => [.. TestAssets.Cases("api")];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task Api_Request_AnswersAsRecorded(string name)
    {
        var folder = Path.Combine(TestAssets.Path("api"), name);
        var request = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "request.json")))!;
        var expected = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(folder, "response.json")))!;
        using var anonymous = fixture.Host.Connect(null);
        using var message = new HttpRequestMessage(new((string)request["method"]!), (string)request["path"]!);
        if ((request["raw"] ?? request["body"])?.ToString() is { } body)
        {
            message.Content = new StringContent(body);
            message.Content.Headers.ContentType = MediaTypeHeaderValue.Parse((string?)request["contentType"] ?? "application/json");
        }

        if ((string?)request["accept"] is { } accept)
        {
            message.Headers.TryAddWithoutValidation("Accept", accept);
        }

        using var answer = await ((bool?)request["anonymous"] == true ? anonymous : fixture.Host.Admin).SendAsync(message, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True((int)expected["status"]! == (int)answer.StatusCode, $"{answer.StatusCode}: {text}");
        AssertContains(expected["body"], JsonNode.Parse(text), "$");
    }

    private static void AssertContains(JsonNode? expected, JsonNode? actual, string path)
    {
        switch (expected)
        {
            case JsonObject members:
                foreach (var (key, value) in members)
                {
                    AssertContains(value, (actual as JsonObject)?[key], $"{path}.{key}");
                }

                break;
            default:
                Assert.True(JsonNode.DeepEquals(expected, actual), $"{path}: expected {expected?.ToJsonString()}, got {actual?.ToJsonString()}");
                break;
        }
    }
}
