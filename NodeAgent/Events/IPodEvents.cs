using k8s.Models;

namespace Crescent.NodeAgent.Events;

/// <summary>Records events about pods; best effort, never blocks.</summary>
internal interface IPodEvents
{
    void Normal(V1Pod pod, string reason, string message, string? container = null, bool isInit = false);

    void Warning(V1Pod pod, string reason, string message, string? container = null, bool isInit = false);
}
