using Crescent.Api.Authentication;

namespace Crescent.Api.Authorization;

/// <summary>The question an authorizer answers: may this user do that?</summary>
public sealed record AccessRequest
{
    public required UserInfo User { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection; for paths the HTTP method in lower case.</summary>
    public required string Verb { get; init; }

    public bool IsResource { get; init; }

    /// <summary>Group of the resource; empty for core.</summary>
    public string Group { get; init; } = "";
    public string Version { get; init; } = "";
    public string Resource { get; init; } = "";
    public string Subresource { get; init; } = "";

    /// <summary>Empty: cluster scope, or all namespaces.</summary>
    public string Namespace { get; init; } = "";

    /// <summary>Empty for collections.</summary>
    public string Name { get; init; } = "";

    /// <summary>URL path when <see cref="IsResource"/> is false.</summary>
    public string Path { get; init; } = "";
}
