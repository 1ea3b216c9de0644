namespace Crescent.Resources;

/// <summary>What becomes of dependents; see <see href="https://kubernetes.io/docs/concepts/architecture/garbage-collection/">garbage collection</see>.</summary>
[GenerateSerializer, Alias("resources.DeletionPropagation")]
public enum DeletionPropagation
{
    /// <summary>The kind's default: Background.</summary>
    Default = 0,
    Background = 1,
    Foreground = 2,
    Orphan = 3,
}
