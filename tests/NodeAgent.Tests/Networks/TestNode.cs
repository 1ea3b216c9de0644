using Crescent.NodeAgent.Networks;
using Crescent.NodeAgent.Registration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Tests.Networks;

/// <summary>The network rooms of one node agent, on the local engine and kernel.</summary>
internal sealed class TestNode : IAsyncDisposable
{
    public const string ServiceTable = "cresctest";

    private readonly IHost _host;

    private TestNode(IHost host, string name) => (_host, Name) = (host, name);

    public string Name { get; }

    /// <summary>Container network of the node.</summary>
    public string Network => $"crescent-{Name}";

    public static async Task<TestNode> StartAsync(string name, string podCidr, FakeNodeGrain grain)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddSimpleConsole(console => console.SingleLine = true).SetMinimumLevel(LogLevel.Warning);
        builder.Services.AddSingleton<INodeLink>(new FakeNodeLink(name, podCidr, grain));
        builder.Services.AddNodeNetwork(options => options.ServiceTable = ServiceTable);
        var host = builder.Build();
        await host.StartAsync();
        var node = new TestNode(host, name);
        try
        {
            await node.Get<IPodNetwork>().EnsureAsync();
            return node;
        }
        catch (Exception)
        {
            await node.DisposeAsync();
            throw;
        }
    }

    public T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Stops the agent only; what it made stays.</summary>
    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}
