using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Api.Resources;

/// <summary>
/// Picks the state a read shows, by
/// <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#the-resourceversion-parameter">resourceVersion and
/// resourceVersionMatch</see>.
/// </summary>
internal sealed class ListSources(IResourceCaches caches, RetainedViews retained, TimeProvider time)
{
    /// <summary>How long a read waits for a version this server has not seen yet.</summary>
    private static readonly TimeSpan CatchUp = TimeSpan.FromSeconds(3);

    private const string ExpiredToken =
        "The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue "
        + "parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided "
        + "token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was "
        + "returned and now may show up in the list.";

    public async ValueTask<ListSource> FindAsync(ResourceRequest request, long limit)
    {
        var cache = caches.Get(request.Definition.Type);
        var versionText = request.Query.Text("resourceVersion");
        var match = request.Query.Text("resourceVersionMatch");
        var token = request.Query.Text("continue");
        if (Check(versionText, match, token) is { } problem)
        {
            return ListSource.Refused(problem);
        }

        if (token.Length != 0)
        {
            return await ContinueAsync(request, cache, token);
        }

        if (versionText.Length == 0)
        {
            return new() { View = await cache.GetConsistentAsync(request.CancellationToken) };
        }

        if (!ResourceVersion.TryParse(versionText, out var version))
        {
            return ListSource.Refused(ApiErrors.Invalid(
                "ListOptions", "resourceVersion", $"Invalid value: \"{versionText}\": strconv.ParseUint: parsing \"{versionText}\": invalid syntax"));
        }

        if (match == "Exact" || (match.Length == 0 && limit > 0 && version != ResourceVersion.None))
        {
            return await ExactAsync(request, cache, version);
        }

        return await NotOlderThanAsync(cache, version, request.CancellationToken);
    }

    /// <summary>The newest state, which is at least <paramref name="version"/>.</summary>
    public async ValueTask<ListSource> NotOlderThanAsync(IResourceCache cache, ResourceVersion version, CancellationToken cancellationToken)
    {
        await cache.WaitUntilLoadedAsync(cancellationToken);
        if (cache.Current.Version >= version)
        {
            return new() { View = cache.Current };
        }

        using var deadline = new CancellationTokenSource(CatchUp, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            return new() { View = await cache.WaitForAsync(version, linked.Token) };
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return ListSource.Refused(ApiErrors.VersionTooLarge(version, cache.Current.Version));
        }
    }

    private static ResourceError? Check(string version, string match, string token)
    {
        if (match.Length != 0 && match is not ("Exact" or "NotOlderThan"))
        {
            return ApiErrors.Invalid(
                "ListOptions", "resourceVersionMatch", $"Unsupported value: \"{match}\": supported values: \"Exact\", \"NotOlderThan\"", "FieldValueNotSupported");
        }

        if (match.Length != 0 && version.Length == 0)
        {
            return ApiErrors.Invalid(
                "ListOptions", "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden unless resourceVersion is provided", "FieldValueForbidden");
        }

        if (match.Length != 0 && token.Length != 0)
        {
            return ApiErrors.Invalid(
                "ListOptions", "resourceVersionMatch", "Forbidden: resourceVersionMatch is forbidden when continue is provided", "FieldValueForbidden");
        }

        if (match == "Exact" && version == "0")
        {
            return ApiErrors.Invalid(
                "ListOptions", "resourceVersionMatch", "Forbidden: resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"", "FieldValueForbidden");
        }

        return token.Length != 0 && version.Length != 0 && version != "0"
            ? ResourceErrors.BadRequest("specifying resource version is not allowed when using continue")
            : null;
    }

    private async ValueTask<ListSource> ContinueAsync(ResourceRequest request, IResourceCache cache, string text)
    {
        if (!ContinueToken.TryParse(text, out var token) || (request.Path.Namespace.Length != 0 && token.Namespace != request.Path.Namespace))
        {
            return ListSource.Refused(ResourceErrors.BadRequest($"continue key is not valid: {text}"));
        }

        var after = new ResourceKey(request.Definition.Type, token.Namespace, token.Name);
        if (token.Version is not { } version)
        {
            return new() { View = await cache.GetConsistentAsync(request.CancellationToken), After = after };
        }

        if (retained.TryGet(request.Definition.Type, version, out var view) || (view = cache.Current).Version == version)
        {
            return new() { View = view, After = after };
        }

        return ListSource.Refused(ResourceErrors.Expired(ExpiredToken), (token with { Version = null }).ToString());
    }

    private async ValueTask<ListSource> ExactAsync(ResourceRequest request, IResourceCache cache, ResourceVersion version)
    {
        if (retained.TryGet(request.Definition.Type, version, out var view))
        {
            return new() { View = view };
        }

        var source = await NotOlderThanAsync(cache, version, request.CancellationToken);
        return source.View is { } current && current.Version != version
            ? ListSource.Refused(ResourceErrors.Expired($"The resourceVersion for the provided list is too old."))
            : source;
    }
}
