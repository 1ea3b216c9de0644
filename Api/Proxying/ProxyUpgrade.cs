using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Crescent.Api.Proxying;

/// <summary>WebSockets and other upgrades through the proxy: after 101 bytes pass both ways until one side closes.</summary>
internal static class ProxyUpgrade
{
    public static bool IsAsked(HttpContext context) => context.Features.Get<IHttpUpgradeFeature>() is { IsUpgradableRequest: true };

    public static async Task CarryAsync(HttpContext context, HttpResponseMessage answer)
    {
        context.Response.Headers.Connection = "Upgrade";
        context.Response.Headers.Upgrade = string.Join(", ", answer.Headers.Upgrade);
        await using var backend = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await using var client = await context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var toBackend = CopyAsync(client, backend, ended.Token);
        var toClient = CopyAsync(backend, client, ended.Token);
        await Task.WhenAny(toBackend, toClient);
        await ended.CancelAsync();
        await Task.WhenAll(toBackend, toClient);
    }

    private static async Task CopyAsync(Stream from, Stream to, CancellationToken cancellationToken)
    {
        const int bufferBytes = 16 * 1024;
        var buffer = new byte[bufferBytes];
        try
        {
            int count;
            while ((count = await from.ReadAsync(buffer, cancellationToken)) > 0)
            {
                await to.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
                await to.FlushAsync(cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // One side broke off; the caller ends the other.
            return;
        }
    }
}
