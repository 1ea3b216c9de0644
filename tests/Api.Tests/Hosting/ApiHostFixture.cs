using Xunit;

namespace Crescent.Api.Tests.Hosting;

/// <summary>One host for all protocol tests; each test works in names or namespaces of its own.</summary>
public sealed class ApiHostFixture : IAsyncLifetime
{
    public ApiHost Host { get; private set; } = null!;

    public async ValueTask InitializeAsync() => Host = await ApiHost.StartAsync();

    public ValueTask DisposeAsync() => Host.DisposeAsync();
}
