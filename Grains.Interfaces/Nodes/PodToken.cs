using Crescent.Resources;

namespace Crescent.Nodes;

/// <summary>A token bound to a pod, or why there is none.</summary>
[GenerateSerializer, Immutable, Alias("nodes.PodToken")]
public sealed class PodToken
{
    [Id(0)] public string Token { get; init; } = "";

    [Id(1)] public DateTimeOffset Expires { get; init; }

    [Id(2)] public ResourceError? Error { get; init; }
}
