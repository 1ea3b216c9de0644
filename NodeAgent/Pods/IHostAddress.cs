namespace Crescent.NodeAgent.Pods;

/// <summary>Address of this node as pods see it.</summary>
internal interface IHostAddress
{
    string Current { get; }
}
