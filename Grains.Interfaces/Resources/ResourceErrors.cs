using System.Collections.Immutable;
using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>The refusals every part shares, in Kubernetes' wording (apimachinery <c>api/errors</c>).</summary>
public static class ResourceErrors
{
    public static ResourceError NotFound(ResourceType type, string name) => For(type, name, 404, "NotFound", $"{type} \"{name}\" not found");

    public static ResourceError AlreadyExists(ResourceType type, string name) =>
        For(type, name, 409, "AlreadyExists", $"{type} \"{name}\" already exists");

    /// <summary>A stale resourceVersion or a failed precondition.</summary>
    public static ResourceError Conflict(ResourceType type, string name, string why) =>
        For(type, name, 409, "Conflict", $"Operation cannot be fulfilled on {type} \"{name}\": {why}");

    /// <summary>The message clients know from optimistic concurrency.</summary>
    public static ResourceError StaleVersion(ResourceType type, string name) =>
        Conflict(type, name, "the object has been modified; please apply your changes to the latest version and try again");

    public static ResourceError Forbidden(ResourceType type, string name, string why) =>
        For(type, name, 403, "Forbidden", $"{type} \"{name}\" is forbidden: {why}");

    public static ResourceError BadRequest(string message) => new() { Code = 400, Reason = "BadRequest", Message = message };

    /// <summary>422 with one cause per problem. <paramref name="kind"/> is the kind (Pod), as in Kubernetes.</summary>
    public static ResourceError Invalid(string group, string kind, string name, ImmutableArray<ErrorCause> causes)
    {
        var groupKind = group.Length == 0 ? kind : $"{kind}.{group}";
        var texts = causes.Select(cause => $"{cause.Field}: {cause.Message}").ToArray();
        var joined = texts.Length == 1 ? texts[0] : $"[{string.Join(", ", texts)}]";
        return new()
        {
            Code = 422, Reason = "Invalid", Message = $"{groupKind} \"{name}\" is invalid: {joined}",
            Name = name, Group = group, Kind = kind, Causes = causes,
        };
    }

    /// <summary>The requested version has left the window: the client must list again.</summary>
    public static ResourceError Expired(string message) => new() { Code = 410, Reason = "Expired", Message = message };

    /// <summary>Nothing was done, and it may be asked again; clients do so by themselves when they read Retry-After.</summary>
    public static ResourceError Unavailable(string message, int retryAfterSeconds = 1) =>
        new() { Code = 503, Reason = "ServiceUnavailable", Message = message, RetryAfterSeconds = retryAfterSeconds };

    /// <summary>
    /// A write whose outcome is not known. Without Retry-After: a client that sent it once more could be refused because of its own first try.
    /// </summary>
    public static ResourceError Unconfirmed(string message) =>
        new() { Code = 503, Reason = "ServiceUnavailable", Message = $"{message}; whether the write took effect is not known" };

    /// <summary>The object, as it would be stored, is larger than <paramref name="limit"/> bytes.</summary>
    public static ResourceError TooLarge(ResourceType type, string name, long limit) =>
        For(type, name, 413, "RequestEntityTooLarge", $"Request entity too large: limit is {limit}");

    public static ResourceError MethodNotAllowed(ResourceType type, string action) => new()
    {
        Code = 405, Reason = "MethodNotAllowed", Kind = type.Resource, Group = type.Group,
        Message = $"{action} is not supported on resources of kind \"{type}\"",
    };

    private static ResourceError For(ResourceType type, string name, int code, string reason, string message) =>
        new() { Code = code, Reason = reason, Message = message, Name = name, Group = type.Group, Kind = type.Resource };
}
