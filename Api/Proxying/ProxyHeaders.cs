using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Proxying;

/// <summary>Which headers pass, and what the proxy adds or rewrites.</summary>
internal static class ProxyHeaders
{
    private static readonly HashSet<string> HopByHop = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Authenticate", "Proxy-Authorization", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
    };

    /// <summary>What proves who the client is stays here, and nobody behind us may be told who to take it for.</summary>
    private static readonly string[] Private = ["Authorization", "Impersonate-", "X-Remote-"];

    private static readonly string[] CrossOrigin =
    [
        "Access-Control-Allow-Origin", "Access-Control-Allow-Methods", "Access-Control-Allow-Headers", "Access-Control-Allow-Credentials",
        "Access-Control-Expose-Headers", "Access-Control-Max-Age",
    ];

    public static bool PassesToBackend(string name, string connection) =>
        name[0] != ':' && !HopByHop.Contains(name) && !IsNamed(connection, name)
        && !Private.Any(prefix => name.StartsWith(prefix, StringComparison.OrdinalIgnoreCase));

    public static bool PassesToClient(string name) => !HopByHop.Contains(name) && !CrossOrigin.Contains(name, StringComparer.OrdinalIgnoreCase);

    /// <summary>
    /// A link of the backend, or its <c>Location</c>, as the client has to follow it: absolute paths are put behind the proxy's own, other hosts and
    /// relative references stay.
    /// </summary>
    /// <param name="link">As the backend sent it.</param>
    /// <param name="request">With the host the client used, which the backend was told.</param>
    /// <param name="prefix">Path up to and with <c>/proxy</c>.</param>
    public static string Rewrite(string link, HttpRequest request, string prefix)
    {
        var origin = "";
        var path = link;
        if (!link.StartsWith('/') && Uri.TryCreate(link, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https")
        {
            if (uri!.Authority != request.Host.Value)
            {
                return link;
            }

            (origin, path) = ($"{uri.Scheme}://{uri.Authority}", uri.PathAndQuery + uri.Fragment);
        }

        var isRooted = path.StartsWith('/') && !path.StartsWith("//", StringComparison.Ordinal);
        var isInside = path == prefix || path.StartsWith($"{prefix}/", StringComparison.Ordinal);
        return !isRooted || isInside ? link : origin + prefix + path;
    }

    private static bool IsNamed(string connection, string name) =>
        connection.Length != 0 && connection.Split(',').Any(item => item.Trim().Equals(name, StringComparison.OrdinalIgnoreCase));
}
