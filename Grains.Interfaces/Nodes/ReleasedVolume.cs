namespace Crescent.Nodes;

/// <summary>A provisioned volume nobody claims any more: the node removes its directory.</summary>
[GenerateSerializer, Immutable, Alias("nodes.ReleasedVolume")]
public sealed class ReleasedVolume
{
    /// <summary>The provisioner of such volumes, as StorageClasses and volumes name it.</summary>
    public const string Provisioner = "crescent.local/directory";

    /// <summary>Name of the PersistentVolume, also the last part of <see cref="Path"/>.</summary>
    [Id(0)] public required string Name { get; init; }

    [Id(1)] public required string Path { get; init; }
}
