using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Api.Selectors;
using Crescent.Api.Tables;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Api.Watching;

/// <summary>The query of a watch.</summary>
internal sealed class WatchParameters
{
    public required ObjectFilter Filter { get; init; }
    public required IncludeObject Include { get; init; }

    /// <summary>Null: none was named ("get state and start at most recent").</summary>
    public ResourceVersion? Version { get; init; }

    /// <summary>Client takes the initial state as events, closed by a bookmark.</summary>
    public bool SendsInitialEvents { get; init; }

    public bool AllowsBookmarks { get; init; }

    /// <summary>Null: the server decides.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The state at the start goes out as ADDED events.</summary>
    public bool BeginsWithState { get; init; }

    public static bool TryRead(ResourceRequest request, out WatchParameters parameters, out ResourceError? error)
    {
        parameters = null!;
        if (!ObjectFilter.TryRead(request, out var filter, out error)
            || !request.Query.TryInteger("timeoutSeconds", out var timeout, out error)
            || !TableRows.TryReadInclude(request.Query, out var include, out error))
        {
            return false;
        }

        var text = request.Query.Text("resourceVersion");
        if (!ResourceVersion.TryParse(text, out var version) && text.Length != 0)
        {
            error = ApiErrors.Invalid(
                "ListOptions", "resourceVersion", $"Invalid value: \"{text}\": strconv.ParseUint: parsing \"{text}\": invalid syntax");
            return false;
        }

        var isAsked = request.Query.ContainsKey("sendInitialEvents");
        var sends = isAsked && request.Query.Flag("sendInitialEvents");
        error = CheckMatch(request.Query.Text("resourceVersionMatch"), isAsked);
        if (error is not null)
        {
            return false;
        }

        parameters = new()
        {
            Filter = filter, Include = include, Version = text.Length == 0 ? null : version, SendsInitialEvents = sends,
            AllowsBookmarks = request.Query.Flag("allowWatchBookmarks"),
            Timeout = timeout is > 0 ? TimeSpan.FromSeconds(timeout.Value) : null,
            BeginsWithState = isAsked ? sends : version == ResourceVersion.None,
        };
        return true;
    }

    private static ResourceError? CheckMatch(string match, bool isAsked)
    {
        if (isAsked && match != "NotOlderThan")
        {
            return ApiErrors.Invalid(
                "ListOptions", "resourceVersionMatch",
                match.Length == 0
                    ? "Forbidden: sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"
                    : $"Unsupported value: \"{match}\": supported values: \"NotOlderThan\"",
                match.Length == 0 ? "FieldValueForbidden" : "FieldValueNotSupported");
        }

        return !isAsked && match.Length != 0
            ? ApiErrors.Invalid(
                "ListOptions", "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided",
                "FieldValueForbidden")
            : null;
    }
}
