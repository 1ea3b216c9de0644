using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Limits;

/// <summary>
/// Bounds reads and writes in flight, each in order of arrival. Administrators, nodes and health probes always pass: they are what mends
/// an overloaded cluster, and what would call it dead.
/// </summary>
internal sealed class InFlightLimiter : IRequestLimiter, IDisposable
{
    private readonly ConcurrencyLimiter _reads;
    private readonly ConcurrencyLimiter _writes;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;

    public InFlightLimiter(IOptions<InFlightLimits> limits, TimeProvider time)
    {
        _reads = Create(limits.Value.Reads, limits.Value.Queue);
        _writes = Create(limits.Value.Writes, limits.Value.Queue);
        _patience = limits.Value.Patience;
        _time = time;
    }

    public ValueTask<IDisposable?> EnterAsync(RequestTraits request, CancellationToken cancellationToken)
    {
        if (IsExempt(request))
        {
            return new(Pass.Instance);
        }

        var limiter = request.IsMutating ? _writes : _reads;
        var lease = limiter.AttemptAcquire();
        return lease.IsAcquired ? new(lease) : WaitAsync(limiter, cancellationToken);
    }

    public void Dispose()
    {
        _reads.Dispose();
        _writes.Dispose();
    }

    private async ValueTask<IDisposable?> WaitAsync(ConcurrencyLimiter limiter, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(_patience, _time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            var lease = await limiter.AcquireAsync(permitCount: 1, linked.Token);
            return lease.IsAcquired ? lease : null;
        }
        catch (OperationCanceledException) when (patience.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private static bool IsExempt(in RequestTraits request)
    {
        foreach (var group in request.User.Groups)
        {
            if (group is "system:masters" or "system:nodes")
            {
                return true;
            }
        }

        return request.Path is "/healthz" or "/livez" or "/readyz"
            || request.Path.StartsWith("/readyz/", StringComparison.Ordinal)
            || request.Path.StartsWith("/livez/", StringComparison.Ordinal)
            || request.Path.StartsWith("/healthz/", StringComparison.Ordinal);
    }

    private static ConcurrencyLimiter Create(int permits, int queue) => new(new()
    {
        PermitLimit = permits, QueueLimit = queue, QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    });

    private sealed class Pass : IDisposable
    {
        public static readonly Pass Instance = new();

        public void Dispose()
        {
            // Nothing was taken.
        }
    }
}
