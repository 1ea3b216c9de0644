using Crescent.Api.Requests;
using Xunit;

namespace Crescent.Api.Tests.Requests;

public sealed class RequestPathTests
{
    [Theory]
    [InlineData("/api/v1/pods", "", "v1", "", "pods", "", "")]
    [InlineData("/api/v1/namespaces/a/pods/web/log", "", "v1", "a", "pods", "web", "log")]
    [InlineData("/api/v1/namespaces/a", "", "v1", "", "namespaces", "a", "")]
    [InlineData("/api/v1/namespaces/a/finalize", "", "v1", "", "namespaces", "a", "finalize")]
    [InlineData("/apis/apps/v1/namespaces/a/deployments/d/scale", "apps", "v1", "a", "deployments", "d", "scale")]
    [InlineData("/api/v1/watch/namespaces/a/pods", "", "v1", "a", "pods", "", "")]
    public void Parse_ResourcePath_NamesItsParts(string path, string group, string version, string ns, string resource, string name, string subresource)
    {
        var parsed = RequestPath.Parse(path);
        Assert.True(parsed.IsResource);
        Assert.Equal(
            (group, version, ns, resource, name, subresource),
            (parsed.Group, parsed.Version, parsed.Namespace, parsed.Resource, parsed.Name, parsed.Subresource));
    }

    [Theory]
    [InlineData("/")]
    [InlineData("/version")]
    [InlineData("/api/v1")]
    [InlineData("/apis/apps/v1")]
    [InlineData("/apis/apps")]
    [InlineData("/apis//v1/pods")]
    [InlineData("/apis/apps/v1/namespaces/default/")]
    [InlineData("/api/v1/watch")]
    public void Parse_OtherPath_IsNoResource(string path)
    {
        var parsed = RequestPath.Parse(path);
        Assert.False(parsed.IsResource);
        Assert.Equal("", parsed.Resource + parsed.Name + parsed.Namespace + parsed.Subresource + parsed.Rest);
    }
}
