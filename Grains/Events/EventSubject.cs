using Crescent.Resources;

namespace Crescent.Grains.Events;

/// <summary>The object an event is about (<c>involvedObject</c>).</summary>
public sealed record EventSubject
{
    /// <summary>e.g. <c>apps/v1</c>.</summary>
    public required string ApiVersion { get; init; }

    public required string Kind { get; init; }

    /// <summary>Empty for cluster-scoped objects; their events live in <c>default</c>.</summary>
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Uid { get; init; }

    public string ResourceVersion { get; init; } = "";

    /// <summary>Part of the object, e.g. <c>spec.containers{web}</c>.</summary>
    public string FieldPath { get; init; } = "";

    /// <param name="snapshot">The object.</param>
    /// <param name="apiVersion">Of the object's definition.</param>
    /// <param name="kind">Of the object's definition.</param>
    public static EventSubject Of(ResourceSnapshot snapshot, string apiVersion, string kind) => new()
    {
        ApiVersion = apiVersion, Kind = kind, Namespace = snapshot.Key.Namespace, Name = snapshot.Key.Name, Uid = snapshot.Uid,
        ResourceVersion = snapshot.Version.ToString(),
    };
}
