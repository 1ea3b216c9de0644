using Crescent.Authentication;
using Crescent.Identity;

namespace Crescent.Authorization;

/// <summary>The question an authorizer answers: may this user do that? A value, so that asking costs no memory.</summary>
public readonly record struct AccessRequest
{
    public AccessRequest()
    {
    }

    public required UserInfo User { get; init; }

    /// <summary>get, list, watch, create, update, patch, delete, deletecollection …; for paths the HTTP method in lower case.</summary>
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

    /// <summary>Field selector of a list or watch, as the client wrote it.</summary>
    public string FieldSelector { get; init; } = "";

    /// <summary>URL path when <see cref="IsResource"/> is false.</summary>
    public string Path { get; init; } = "";

    /// <summary>A question about a resource.</summary>
    public static AccessRequest Of(UserInfo user, string verb, ResourceType type, string ns = "", string name = "", string subresource = "") => new()
    {
        User = user, Verb = verb, IsResource = true, Group = type.Group, Version = "v1", Resource = type.Resource, Subresource = subresource,
        Namespace = ns, Name = name,
    };
}
