using Crescent.Identity;

namespace Crescent.Grains.Quotas;

/// <summary>An object that is about to be written.</summary>
[GenerateSerializer, Immutable, Alias("quotas.QuotaClaim")]
internal sealed class QuotaClaim
{
    [Id(0)] public required ResourceKey Key { get; init; }

    [Id(1)] public required string Uid { get; init; }

    /// <summary>The object as UTF-8 JSON.</summary>
    [Id(2)] public required byte[] Body { get; init; }

    /// <summary>Version of the object this was decided on; none for a new one.</summary>
    [Id(4)] public ResourceVersion Base { get; init; }

    /// <summary>Answer, but do not count it.</summary>
    [Id(3)] public bool IsDryRun { get; init; }
}
