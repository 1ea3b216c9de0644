using Crescent.Api.Proxying;
using Crescent.Api.Requests;
using Xunit;

namespace Crescent.Api.Tests.Proxying;

public sealed class ProxyPathTests
{
    private const string Pod = "/api/v1/namespaces/a/pods/web:80/proxy";

    [Theory]
    [InlineData(Pod, "", "")]
    [InlineData(Pod + "/", "/", "")]
    [InlineData(Pod + "/x//y%2Fz/?q=%20", "/x//y%2Fz/", "?q=%20")]
    public void TryRead_PathBehindProxy_IsKeptAsWritten(string target, string rest, string query)
    {
        Assert.True(ProxyPath.TryRead(target, RequestPath.Parse(Pod), out var path));
        Assert.Equal((Pod, rest, query), (path.Prefix, path.Rest, path.Query));
    }

    [Theory]
    [InlineData(Pod + "/../../secrets")]
    [InlineData(Pod + "/%2e%2E/x")]
    [InlineData(Pod + "/x%2f..%2fy")]
    [InlineData(Pod + "/x%5c..%5cy")]
    [InlineData(Pod + "/a%0d%0aHost:%20b")]
    [InlineData("/api/v1/x/../namespaces/a/pods/web:80/proxy/")]
    [InlineData("//api/v1/namespaces/a/pods/web:80/proxy/")]
    [InlineData("/api/v1/namespaces/b/pods/web:80/proxy/")]
    public void TryRead_PathThatClimbsOrDiffersFromWhatWasAuthorised_IsRefused(string target) =>
        Assert.False(ProxyPath.TryRead(target, RequestPath.Parse(Pod), out _));

    [Theory]
    [InlineData("web", "http", "web", "")]
    [InlineData("web:8080", "http", "web", "8080")]
    [InlineData("https:web:", "https", "web", "")]
    [InlineData(":web:http", "http", "web", "http")]
    public void TryParse_Name_HasSchemeAndPort(string text, string scheme, string name, string port)
    {
        Assert.True(ProxyName.TryParse(text, out var parsed));
        Assert.Equal(new ProxyName(scheme, name, port), parsed);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ftp:web:21")]
    [InlineData("a:b:c:d")]
    [InlineData("web:")]
    public void TryParse_OtherForms_AreRefused(string text) => Assert.False(ProxyName.TryParse(text, out _));
}
