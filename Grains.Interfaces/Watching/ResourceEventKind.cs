namespace Crescent.Watching;

/// <summary>What happened to the object.</summary>
[GenerateSerializer, Alias("watching.ResourceEventKind")]
public enum ResourceEventKind
{
    Added = 0,
    Modified = 1,
    Deleted = 2,
}
