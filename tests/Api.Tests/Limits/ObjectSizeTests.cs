using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Crescent.Api.Tests.Hosting;
using Xunit;

namespace Crescent.Api.Tests.Limits;

[Collection(ApiHostCollection.Name)]
public sealed class ObjectSizeTests(ApiHostFixture fixture)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1400, HttpStatusCode.Created)]
    [InlineData(1600, HttpStatusCode.RequestEntityTooLarge)]
    public async Task Create_LargeObject_IsRefusedOverOneAndAHalfMebibytes(int kibibytes, HttpStatusCode expected)
    {
        using var body = new StringContent(
            $$$"""
            {"apiVersion":"v1","kind":"Pod","metadata":{"name":"large-{{{kibibytes}}}"},
            "spec":{"containers":[{"name":"c","image":"i","env":[{"name":"E","value":"{{{new string('x', kibibytes * 1024)}}}"}]}]}}
            """,
            System.Text.Encoding.UTF8,
            "application/json");

        using var response = await fixture.Host.Admin.PostAsync("/api/v1/namespaces/default/pods", body, Token);

        Assert.Equal(expected, response.StatusCode);
        if (expected == HttpStatusCode.RequestEntityTooLarge)
        {
            Assert.Equal("RequestEntityTooLarge", (string?)(await response.Content.ReadFromJsonAsync<JsonObject>(Token))!["reason"]);
        }
    }
}
