using Crescent.Api.Hosting;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Dispatching;

/// <summary>A plain bound on requests in flight.</summary>
internal sealed class InFlightLimiter(IOptions<ApiOptions> options) : IRequestLimiter
{
    private readonly int _limit = options.Value.MaxRequestsInFlight;
    private readonly Slot _slot = new();

    public IDisposable? TryEnter()
    {
        if (Interlocked.Increment(ref _slot.Count) <= _limit)
        {
            return _slot;
        }

        _slot.Dispose();
        return null;
    }

    private sealed class Slot : IDisposable
    {
        public int Count;

        public void Dispose() => Interlocked.Decrement(ref Count);
    }
}
