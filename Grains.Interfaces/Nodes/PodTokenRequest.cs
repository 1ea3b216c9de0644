namespace Crescent.Nodes;

/// <summary>An agent asks for a service account token of a pod it runs.</summary>
[GenerateSerializer, Immutable, Alias("nodes.PodTokenRequest")]
public sealed class PodTokenRequest
{
    [Id(0)] public required string Namespace { get; init; }

    [Id(1)] public required string PodName { get; init; }

    [Id(2)] public required string PodUid { get; init; }

    /// <summary>Empty: the API's own audience.</summary>
    [Id(3)] public string Audience { get; init; } = "";

    /// <summary>Wished life of the token.</summary>
    [Id(4)] public long ExpirationSeconds { get; init; } = 3600;
}
