using System.Collections.Concurrent;
using Crescent.NodeAgent.Pods;
using Crescent.NodeAgent.Registration;
using Crescent.Nodes;
using k8s.Models;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Volumes;

/// <summary>
/// Asks the node's grain for tokens and says when they are due again: after four fifths of their life, or a day, as kubelet does. A token
/// that cannot be renewed stays in use until its end.
/// </summary>
internal sealed partial class PodTokens(INodeLink link, TimeProvider time, ILogger<PodTokens> logger) : BackgroundService, IPodTokens
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan LongestUse = TimeSpan.FromHours(24);
    private readonly ConcurrentDictionary<(string PodUid, string Audience, long Seconds), Held> _held = new();

    /// <summary>A token of this pod is due for renewal.</summary>
    public event Action<string>? Due;

    public async Task EnsureAsync(V1Pod pod, CancellationToken cancellationToken)
    {
        foreach (var projection in Projections(pod))
        {
            var key = KeyOf(pod, projection);
            var held = _held.GetValueOrDefault(key);
            if (held is not null && time.GetUtcNow() < held.RenewAt)
            {
                continue;
            }

            var answer = await AskAsync(pod, projection, cancellationToken);
            if (answer.Error is null)
            {
                var now = time.GetUtcNow();
                var use = (answer.Expires - now) * 0.8;
                _held[key] = new(answer.Token, answer.Expires, now + (use < LongestUse ? use : LongestUse));
            }
            else if (held is null || held.Expires <= time.GetUtcNow())
            {
                throw new ConfigurationException($"failed to fetch token: {answer.Error.Message}");
            }
            else
            {
                LogNotRenewed(pod.Metadata.NamespaceProperty, pod.Metadata.Name, answer.Error.Message);
            }
        }
    }

    public string Get(V1Pod pod, V1ServiceAccountTokenProjection projection) =>
        _held.TryGetValue(KeyOf(pod, projection), out var held) ? held.Token : throw new ConfigurationException("failed to fetch token: none was asked for");

    public void Forget(string podUid)
    {
        foreach (var key in _held.Keys.Where(key => key.PodUid == podUid))
        {
            _held.TryRemove(key, out _);
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(Period, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stoppingToken))
            {
                var now = time.GetUtcNow();
                foreach (var podUid in _held.Where(item => item.Value.RenewAt <= now).Select(static item => item.Key.PodUid).Distinct(StringComparer.Ordinal))
                {
                    Due?.Invoke(podUid);
                }
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            LogStopped();
        }
    }

    private async Task<PodToken> AskAsync(V1Pod pod, V1ServiceAccountTokenProjection projection, CancellationToken cancellationToken)
    {
        try
        {
            return await link.Grain.CreatePodTokenAsync(
                new()
                {
                    Namespace = pod.Metadata.NamespaceProperty, PodName = pod.Metadata.Name, PodUid = pod.Metadata.Uid,
                    Audience = projection.Audience ?? "", ExpirationSeconds = projection.ExpirationSeconds ?? 3600,
                },
                cancellationToken);
        }
        catch (Exception problem) when (problem is not OperationCanceledException)
        {
            LogUnreachable(pod.Metadata.NamespaceProperty, pod.Metadata.Name, problem);
            return new() { Error = Resources.ResourceErrors.Unavailable("the control plane cannot be reached") };
        }
    }

    private static IEnumerable<V1ServiceAccountTokenProjection> Projections(V1Pod pod) =>
        from volume in pod.Spec.Volumes ?? []
        from source in volume.Projected?.Sources ?? []
        where source.ServiceAccountToken is not null
        select source.ServiceAccountToken;

    private static (string PodUid, string Audience, long Seconds) KeyOf(V1Pod pod, V1ServiceAccountTokenProjection projection) =>
        (pod.Metadata.Uid, projection.Audience ?? "", projection.ExpirationSeconds ?? 3600);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The token of pod {Namespace}/{Name} was not renewed: {Reason}")]
    private partial void LogNotRenewed(string @namespace, string name, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "No token for pod {Namespace}/{Name}: the cluster did not answer")]
    private partial void LogUnreachable(string @namespace, string name, Exception problem);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Tokens are no longer renewed")]
    private partial void LogStopped();

    private sealed record Held(string Token, DateTimeOffset Expires, DateTimeOffset RenewAt);
}
