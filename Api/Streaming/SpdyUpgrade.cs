using Crescent.Api.Responses;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Streaming;

/// <summary>The HTTP/1.1 handshake that turns a request into a SPDY/3.1 connection.</summary>
internal static class SpdyUpgrade
{
    private const string Protocol = "SPDY/3.1";
    private const string Versions = "X-Stream-Protocol-Version";

    public static bool IsAsked(HttpContext context) =>
        context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true }
        && context.Request.Headers.Upgrade.ToString().Equals(Protocol, StringComparison.OrdinalIgnoreCase);

    /// <summary>The first version of the client's that the server knows; a client that names none speaks the oldest.</summary>
    public static string? Choose(HttpContext context, IReadOnlyList<string> known)
    {
        var asked = context.Request.Headers.GetCommaSeparatedValues(Versions);
        return asked.Length == 0 ? known[^1] : asked.FirstOrDefault(known.Contains);
    }

    /// <summary>403 with the versions that are known.</summary>
    public static Task RefuseAsync(HttpContext context, IReadOnlyList<string> known)
    {
        context.Response.Headers.Append("X-Accepted-Stream-Protocol-Versions", known.ToArray());
        return context.WriteErrorAsync(new ResourceError
        {
            Code = 403, Reason = "Forbidden",
            Message = $"unable to upgrade: unable to negotiate protocol: client supports [{string.Join(' ', context.Request.Headers.GetCommaSeparatedValues(Versions))}], server accepts [{string.Join(' ', known)}]",
        });
    }

    /// <summary>Answers 101 and hands over the connection.</summary>
    public static Task<Stream> AcceptAsync(HttpContext context, string version)
    {
        context.Response.Headers.Upgrade = Protocol;
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Append(Versions, version);
        return context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }
}
