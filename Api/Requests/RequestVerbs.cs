using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Requests;

/// <summary>From HTTP method and path to the verb, and from the verb to the word authorization uses.</summary>
internal static class RequestVerbs
{
    public static RequestVerb Of(HttpRequest request, in RequestPath path)
    {
        var isCollection = path.Name.Length == 0;
        return request.Method switch
        {
            "GET" or "HEAD" when path.Subresource.Length == 0 && (path.IsWatchPrefixed || request.Query.Flag("watch")) => RequestVerb.Watch,
            "GET" or "HEAD" => isCollection ? RequestVerb.List : RequestVerb.Get,
            "POST" => RequestVerb.Create,
            "PUT" => RequestVerb.Update,
            "PATCH" => RequestVerb.Patch,
            "DELETE" => isCollection ? RequestVerb.DeleteCollection : RequestVerb.Delete,
            _ => RequestVerb.None,
        };
    }

    /// <summary>As rules and messages spell it: <c>get</c>, <c>deletecollection</c> …</summary>
    public static string ToWord(this RequestVerb verb) => verb switch
    {
        RequestVerb.Get => "get",
        RequestVerb.List => "list",
        RequestVerb.Watch => "watch",
        RequestVerb.Create => "create",
        RequestVerb.Update => "update",
        RequestVerb.Patch => "patch",
        RequestVerb.Delete => "delete",
        RequestVerb.DeleteCollection => "deletecollection",
        _ => string.Empty,
    };
}
