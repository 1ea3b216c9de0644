using System.Text.Json.Nodes;
using Crescent.NodeAgent.Stats;
using Crescent.Nodes;

namespace Crescent.NodeAgent.Registration;

/// <summary>What the runtime alone knows of this machine; stands in where nothing better is registered.</summary>
internal sealed class MachineStatus : INodeStatusSource, INodeStatsSource
{
    public NodeStats? Current => null;

    public Task<JsonObject> GetStatusAsync(CancellationToken cancellationToken = default)
    {
        var memory = $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1024}Ki";
        return Task.FromResult(new JsonObject
        {
            ["capacity"] = Resources(memory),
            ["allocatable"] = Resources(memory),
            ["conditions"] = new JsonArray(new JsonObject
            {
                ["type"] = "Ready",
                ["status"] = "True",
                ["reason"] = "KubeletReady",
                ["message"] = "agent is posting ready status",
            }),
        });
    }

    private static JsonObject Resources(string memory) => new()
    {
        ["cpu"] = Environment.ProcessorCount.ToString(System.Globalization.CultureInfo.InvariantCulture),
        ["memory"] = memory,
        ["pods"] = "110",
    };
}
