namespace Crescent.NodeAgent.Events;

/// <summary>Records events about this node; best effort, never blocks.</summary>
internal interface INodeEvents
{
    void Warning(string reason, string message);
}
