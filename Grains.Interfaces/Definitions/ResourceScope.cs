namespace Crescent.Definitions;

/// <summary>Whether objects live in a namespace.</summary>
public enum ResourceScope
{
    Namespaced,
    Cluster,
}
