using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Responses;

/// <summary>Refusals of the HTTP layer itself, in Kubernetes' wording.</summary>
internal static class ApiErrors
{
    public static ResourceError UnknownPath { get; } =
        new() { Code = 404, Reason = "NotFound", Message = "the server could not find the requested resource" };

    public static ResourceError MethodNotAllowed { get; } =
        new() { Code = 405, Reason = "MethodNotAllowed", Message = "the server does not allow this method on the requested resource" };

    public static ResourceError NotAcceptable { get; } = new()
    {
        Code = 406, Reason = "NotAcceptable", Message = "only the following media types are accepted: application/json, application/yaml, application/vnd.kubernetes.protobuf",
    };

    public static ResourceError Unauthorized { get; } = new() { Code = 401, Reason = "Unauthorized", Message = "Unauthorized" };

    public static ResourceError UnsupportedMediaType(string accepted) => new()
    {
        Code = 415, Reason = "UnsupportedMediaType",
        Message = $"the body of the request was in an unknown format - accepted media types include: {accepted}",
    };

    public static ResourceError TooLarge(long limit) =>
        new() { Code = 413, Reason = "RequestEntityTooLarge", Message = $"Request entity too large: limit is {limit}" };

    public static ResourceError TooManyRequests { get; } = new()
    {
        Code = 429, Reason = "TooManyRequests", Message = "too many requests, please try again later", RetryAfterSeconds = 1,
    };

    public static ResourceError Internal(string message) =>
        new() { Code = 500, Reason = "InternalError", Message = $"Internal error occurred: {message}" };

    public static ResourceError Timeout(string message) => new()
    {
        Code = 504, Reason = "Timeout", Message = $"Timeout: {message}",
    };

    /// <summary>The requested version lies in the future of this server.</summary>
    public static ResourceError VersionTooLarge(ResourceVersion wanted, ResourceVersion current) => new()
    {
        Code = 504, Reason = "Timeout", Message = $"Timeout: Too large resource version: {wanted}, current: {current}", RetryAfterSeconds = 1,
        Causes = [new ErrorCause { Reason = "ResourceVersionTooLarge", Message = "Too large resource version" }],
    };

    public static ResourceError Invalid(string kind, string field, string message, string reason = "FieldValueInvalid") =>
        ResourceErrors.Invalid("meta.k8s.io", kind, "", [new ErrorCause { Reason = reason, Field = field, Message = message }]);

    /// <summary><c>pods "web" is forbidden: User "x" cannot get resource …</c>, or the path form, with the authorizer's reason.</summary>
    public static ResourceError Forbidden(in AccessRequest asked, string reason)
    {
        var why = reason.Length == 0 ? "" : $": {reason}";
        if (!asked.IsResource)
        {
            return new() { Code = 403, Reason = "Forbidden", Message = $"forbidden: User \"{asked.User.Name}\" cannot {asked.Verb} path \"{asked.Path}\"{why}" };
        }

        var type = new ResourceType(asked.Group, asked.Resource);
        var resource = asked.Subresource.Length == 0 ? asked.Resource : $"{asked.Resource}/{asked.Subresource}";
        var where = asked.Namespace.Length == 0 ? "at the cluster scope" : $"in the namespace \"{asked.Namespace}\"";
        var subject = asked.Name.Length == 0 ? $"{type}" : $"{type} \"{asked.Name}\"";
        return new()
        {
            Code = 403, Reason = "Forbidden", Name = asked.Name, Group = asked.Group, Kind = asked.Resource,
            Message = $"{subject} is forbidden: User \"{asked.User.Name}\" cannot {asked.Verb} resource \"{resource}\" in API group \"{asked.Group}\" {where}{why}",
        };
    }
}
