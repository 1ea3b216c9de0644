using System.Net.WebSockets;
using Crescent.Api.Limits;
using Crescent.Api.Requests;
using Crescent.Api.Resources;
using Crescent.Api.Responses;
using Crescent.Api.Streaming;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Watching;

/// <summary>
/// WATCH: subscribes to the type's cache and writes one frame per change.
/// See <see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes">watches</see>.
/// </summary>
internal sealed partial class WatchVerb(
    IResourceCaches caches, ListSources sources, IOptions<WatchOptions> options, TimeProvider time, IHostApplicationLifetime lifetime,
    ILogger<WatchVerb> logger) : IVerbHandler
{
    public async Task HandleAsync(ResourceRequest request)
    {
        if (!WatchParameters.TryRead(request, out var parameters, out var error))
        {
            await request.Http.WriteErrorAsync(error!);
            return;
        }

        string? protocol = null;
        var isSocket = request.Http.WebSockets.IsWebSocketRequest;
        if (isSocket && !OutgoingSocket.TryChoose(request.Http, out protocol))
        {
            await OutgoingSocket.RefuseAsync(request.Http);
            return;
        }

        var cache = caches.Get(request.Definition.Type);
        var source = await FindStartAsync(request, cache, parameters);
        if (source.View is not { } view)
        {
            await request.Http.WriteErrorAsync(source.Error!);
            return;
        }

        var after = parameters.BeginsWithState ? view.Version : parameters.Version ?? view.Version;
        if (!parameters.BeginsWithState && after == ResourceVersion.None)
        {
            after = view.Version;
        }

        using var subscription = cache.Subscribe(after, options.Value.BufferSize, parameters.Filter.Node);
        var frames = new WatchFrames(request, parameters.Include, time);
        using var stream = isSocket
            ? await WatchStream.OpenSocketAsync(request.Http, protocol, frames.IsText, options.Value.Patience, time)
            : await WatchStream.OpenAsync(request.Http, frames.ContentType, options.Value.Patience, time);
        try
        {
            if (subscription is null)
            {
                await stream.WriteAsync(frames.Error(
                    ResourceErrors.Expired($"too old resource version: {after} ({view.Version})")));
                await stream.CloseAsync();
                return;
            }

            if (parameters.BeginsWithState)
            {
                await WriteStateAsync(stream, frames, parameters, view);
            }

            // From here on it waits more than it works.
            request.Http.Features.Get<Turn>()?.Dispose();
            using var life = LinkLife(stream, parameters);
            await FollowAsync(stream, frames, parameters, subscription, life.Token);
            await stream.CloseAsync();
        }
        catch (TimeoutException)
        {
            LogCut(request.Definition.Type, options.Value.Patience);
        }
        catch (Exception exception) when (isSocket
            && (exception is WebSocketException || (exception is OperationCanceledException && stream.Ended.IsCancellationRequested)))
        {
            // The client has closed its socket.
        }
    }

    private async ValueTask<ListSource> FindStartAsync(ResourceRequest request, IResourceCache cache, WatchParameters parameters)
    {
        if (parameters.Version is { } version)
        {
            return await sources.NotOlderThanAsync(cache, version, request.CancellationToken);
        }

        return new() { View = await cache.GetConsistentAsync(request.CancellationToken) };
    }

    private static async ValueTask WriteStateAsync(WatchStream stream, WatchFrames frames, WatchParameters parameters, IResourceView view)
    {
        foreach (var item in parameters.Filter.Select(view))
        {
            await stream.WriteAsync(frames.Encode("ADDED", item.Body));
        }

        if (parameters is { SendsInitialEvents: true, AllowsBookmarks: true })
        {
            await stream.WriteAsync(frames.Bookmark(view.Version.ToString(), endsInitialEvents: true));
        }

        await stream.FlushAsync();
    }

    /// <summary>Ends with the client, the watch's timeout or the server.</summary>
    private CancellationTokenSource LinkLife(WatchStream stream, WatchParameters parameters)
    {
        var life = CancellationTokenSource.CreateLinkedTokenSource(stream.Ended, lifetime.ApplicationStopping);
        var timeout = parameters.Timeout ?? options.Value.MinimumTimeout * (1 + Random.Shared.NextDouble());
        var timer = time.CreateTimer(static state => ((CancellationTokenSource)state!).Cancel(), life, timeout, Timeout.InfiniteTimeSpan);
        life.Token.Register(timer.Dispose);
        return life;
    }

    private async Task FollowAsync(
        WatchStream stream, WatchFrames frames, WatchParameters parameters, IResourceSubscription subscription, CancellationToken life)
    {
        using var ticks = new PeriodicTimer(parameters.AllowsBookmarks ? options.Value.BookmarkInterval : Timeout.InfiniteTimeSpan, time);

        // What has been written out; the subscription itself may already be further.
        var position = subscription.Position;
        var read = subscription.ReadAsync(life).AsTask();
        var tick = ticks.WaitForNextTickAsync(life).AsTask();
        try
        {
            while (true)
            {
                if (!read.IsCompleted && await Task.WhenAny(read, tick) == tick)
                {
                    await tick;
                    tick = ticks.WaitForNextTickAsync(life).AsTask();
                    await stream.WriteAsync(frames.Bookmark(position.ToString()));
                    await stream.FlushAsync();
                    continue;
                }

                var changes = await read;
                var isWritten = false;
                foreach (var change in changes)
                {
                    if (WatchTransition.See(change, parameters.Filter) is { } seen)
                    {
                        isWritten = true;
                        await stream.WriteAsync(frames.Encode(change, seen.Type, seen.Body));
                    }
                }

                // Most changes do not concern a watch with a selector, such as a node's of its pods.
                if (isWritten)
                {
                    await stream.FlushAsync();
                }

                position = subscription.Position;
                read = subscription.ReadAsync(life).AsTask();
            }
        }
        catch (OperationCanceledException) when (life.IsCancellationRequested)
        {
            await stream.EndAsync(parameters.AllowsBookmarks ? frames.Bookmark(position.ToString()) : default);
        }
        catch (SubscriptionLostException)
        {
            // Too slow, or the cache has loaded again: the watch just ends, as in Kubernetes. Resumed from the version the client has seen last
            // it goes on where that is still in the window, and is answered 410 where it is not.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "A watch of {Type} was cut: its client has read nothing for {Patience}")]
    private partial void LogCut(ResourceType type, TimeSpan patience);
}
