using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Watching;

/// <summary>
/// One committed change of one object. For <see cref="ResourceEventKind.Deleted"/> the snapshot is the last state, with the version of
/// the deletion (also inside its body), as Kubernetes shows it.
/// </summary>
[GenerateSerializer, Immutable, Alias("watching.ResourceEvent")]
public sealed class ResourceEvent
{
    [Id(0)] public required ResourceEventKind Kind { get; init; }
    [Id(1)] public required ResourceSnapshot Snapshot { get; init; }

    /// <summary>Version of the change.</summary>
    public ResourceVersion Version => Snapshot.Version;
}
