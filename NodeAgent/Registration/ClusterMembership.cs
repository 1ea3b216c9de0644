using System.Net;
using Crescent.Joining;
using Crescent.Security;
using Microsoft.Extensions.Logging;
using Orleans.Messaging;
using Orleans.Runtime;

namespace Crescent.NodeAgent.Registration;

/// <summary>
/// Keeps what the node's Orleans client lives on: certificates, call token, gateways. When the cluster does not answer, the last known
/// gateways stay in use, and asking goes on for ever.
/// </summary>
internal sealed partial class ClusterMembership(
    NodeCredentials credentials, JoinClient joining, TimeProvider time, ILogger<ClusterMembership> logger)
    : ICallTokenSource, IGatewayListProvider, IClusterConnectionStatusObserver
{
    private readonly SemaphoreSlim _refreshing = new(1);
    private readonly GatewayPace _pace = new(time);
    private volatile TokenReply? _reply;
    private long _refreshedAt;

    public string? Current => _reply?.Token;

    /// <summary>What the first successful refresh said.</summary>
    public TokenReply Reply => _reply ?? throw new InvalidOperationException("The cluster has not been asked yet");

    TimeSpan IGatewayListProvider.MaxStaleness => TimeSpan.FromSeconds(2);

    bool IGatewayListProvider.IsUpdatable => true;

    Task IGatewayListProvider.InitializeGatewayListProvider() => Task.CompletedTask;

    /// <summary>Asked by the Orleans client every few seconds, and before it connects. The cluster is asked that often only in unsettled times.</summary>
    async Task<IList<Uri>> IGatewayListProvider.GetGateways()
    {
        await TryRefreshAsync(_pace.Freshness, CancellationToken.None);
        return [.. Reply.Gateways.Select(Parse)];
    }

    void IClusterConnectionStatusObserver.NotifyClusterConnectionLost() => _pace.Disturb();

    void IClusterConnectionStatusObserver.NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered) =>
        _pace.Disturb();

    /// <summary>Joins when need be, then gets the first token. Tries until it has it; only a refusal ends it.</summary>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (!credentials.TryLoad(time.GetUtcNow()))
        {
            await RepeatAsync(joining.JoinAsync, cancellationToken);
        }

        await RepeatAsync(RefreshAsync, cancellationToken);
    }

    /// <summary>Renews whatever is due. Never throws for an unreachable cluster.</summary>
    public async Task MaintainAsync(CancellationToken cancellationToken)
    {
        if (_reply is not { } reply || reply.Expires - time.GetUtcNow() < TimeSpan.FromMinutes(6))
        {
            await TryRefreshAsync(TimeSpan.Zero, cancellationToken);
        }

        // Other authorities than this node knows: it needs them before theirs are the only certificates it meets.
        if (credentials.IsDue(time.GetUtcNow()) || _reply?.AuthorityHash is { } hash && hash != credentials.AuthorityHash)
        {
            await TryAsync(joining.RenewAsync, cancellationToken);
        }
    }

    private async Task TryRefreshAsync(TimeSpan freshness, CancellationToken cancellationToken)
    {
        await _refreshing.WaitAsync(cancellationToken);
        try
        {
            if (_reply is null || time.GetElapsedTime(_refreshedAt) > freshness)
            {
                await TryAsync(RefreshAsync, cancellationToken);
            }
        }
        finally
        {
            _refreshing.Release();
        }
    }

    private async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var reply = await joining.GetTokenAsync(cancellationToken);
        _reply = reply.Gateways.Length > 0 || _reply is null ? reply : new()
        {
            Token = reply.Token,
            Expires = reply.Expires,
            Gateways = _reply.Gateways,
            AuthorityHash = reply.AuthorityHash,
        };
        _refreshedAt = time.GetTimestamp();
    }

    private async Task TryAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        try
        {
            await action(cancellationToken);
        }
        catch (Exception exception) when (IsTransient(exception, cancellationToken) || exception is JoinRefusedException)
        {
            LogUnreachable(exception.GetBaseException().Message);
        }
    }

    private async Task RepeatAsync(Func<CancellationToken, Task> action, CancellationToken cancellationToken)
    {
        var delay = TimeSpan.FromMilliseconds(200);
        while (true)
        {
            try
            {
                await action(cancellationToken);
                return;
            }
            catch (Exception exception) when (IsTransient(exception, cancellationToken))
            {
                LogUnreachable(exception.GetBaseException().Message);
            }

            await Task.Delay(delay, time, cancellationToken);
            delay = delay * 2 < TimeSpan.FromSeconds(5) ? delay * 2 : TimeSpan.FromSeconds(5);
        }
    }

    private static bool IsTransient(Exception exception, CancellationToken cancellationToken) =>
        exception is HttpRequestException or TaskCanceledException or IOException && !cancellationToken.IsCancellationRequested;

    private static Uri Parse(string gateway)
    {
        var generation = gateway.LastIndexOf(':');
        return SiloAddress.New(IPEndPoint.Parse(gateway[..generation]), int.Parse(gateway[(generation + 1)..])).ToGatewayUri();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The cluster cannot be asked: {Reason}")]
    private partial void LogUnreachable(string reason);
}
