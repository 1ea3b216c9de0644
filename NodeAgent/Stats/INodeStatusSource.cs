using System.Text.Json.Nodes;

namespace Crescent.NodeAgent.Stats;

/// <summary>What this machine says of itself in the Node object.</summary>
public interface INodeStatusSource
{
    /// <summary>
    /// A fresh, caller-owned <c>Node.status</c> with <c>capacity</c>, <c>allocatable</c>, <c>nodeInfo</c>, <c>images</c> and
    /// <c>conditions</c> (Ready, MemoryPressure, DiskPressure, PIDPressure). Addresses and daemonEndpoints are added by the registration.
    /// An engine that does not answer is a Ready=False condition, not an exception.
    /// </summary>
    Task<JsonObject> GetStatusAsync(CancellationToken cancellationToken = default);
}
