using System.Collections.Immutable;

namespace Crescent.Resources;

/// <summary>
/// An expected refusal, shaped like <see href="https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/">metav1.Status</see>.
/// Travels as a value; the API maps it to HTTP in one place.
/// </summary>
[GenerateSerializer, Immutable, Alias("resources.ResourceError")]
public sealed class ResourceError
{
    /// <summary>HTTP status code, 400–599.</summary>
    [Id(0)] public required int Code { get; init; }

    /// <summary>Machine-readable reason: NotFound, AlreadyExists, Conflict, Invalid, BadRequest, Forbidden, Expired, ServiceUnavailable …</summary>
    [Id(1)] public required string Reason { get; init; }

    /// <summary>Kubernetes' own wording, e.g. <c>pods "web" not found</c>.</summary>
    [Id(2)] public required string Message { get; init; }

    /// <summary><c>details.name</c>; empty to leave out.</summary>
    [Id(3)] public string Name { get; init; } = "";

    /// <summary><c>details.group</c>; empty to leave out.</summary>
    [Id(4)] public string Group { get; init; } = "";

    /// <summary><c>details.kind</c>: the resource (pods) for lookups, the kind (Pod) for Invalid, as Kubernetes does.</summary>
    [Id(5)] public string Kind { get; init; } = "";

    /// <summary><c>details.uid</c>; empty to leave out.</summary>
    [Id(6)] public string Uid { get; init; } = "";

    /// <summary><c>details.causes</c>.</summary>
    [Id(7)] public ImmutableArray<ErrorCause> Causes { get; init; } = [];

    /// <summary><c>details.retryAfterSeconds</c> and the Retry-After header; 0 for none.</summary>
    [Id(8)] public int RetryAfterSeconds { get; init; }
}
