using Crescent.Authorization;
using Crescent.Identity;
using Crescent.Watching;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Limits;

/// <summary>
/// <see href="https://kubernetes.io/docs/concepts/cluster-administration/flow-control/">Priority and fairness</see> from this process' caches: the
/// book is made anew when one of the two has moved. Each silo has seats of its own.
/// </summary>
internal sealed class FlowLimiter : IRequestLimiter
{
    private readonly Lock _lock = new();
    private readonly IResourceCache _schemas;
    private readonly IResourceCache _levels;
    private readonly FlowBookBinder _binder;
    private readonly FlowInstruments _instruments;
    private readonly TimeSpan _patience;
    private readonly TimeProvider _time;
    private volatile Edition _edition;

    public FlowLimiter(IResourceCaches caches, IOptions<InFlightLimits> limits, FlowInstruments instruments, TimeProvider time)
    {
        _schemas = caches.Get(KnownTypes.FlowSchemas);
        _levels = caches.Get(KnownTypes.PriorityLevelConfigurations);
        _binder = new(limits.Value.Reads + limits.Value.Writes, time);
        (_patience, _time, _instruments) = (limits.Value.Patience, time, instruments);
        _edition = new(_binder.Bind([], []), ResourceVersion.None, ResourceVersion.None);
        instruments.Observe(() => Book);
    }

    /// <summary>The present one.</summary>
    public FlowBook Book
    {
        get
        {
            var (edition, schemas, levels) = (_edition, _schemas.Current, _levels.Current);
            return edition.Schemas == schemas.Version && edition.Levels == levels.Version ? edition.Book : Renew();
        }
    }

    public ValueTask<Turn> EnterAsync(in AccessRequest request, CancellationToken cancellationToken)
    {
        var schema = Book.Classify(request);
        var turn = schema.Level.Enter(schema, request);
        return turn.Ready is null ? new(turn) : WaitAsync(turn, cancellationToken);
    }

    private async ValueTask<Turn> WaitAsync(Turn turn, CancellationToken cancellationToken)
    {
        try
        {
            await turn.Ready!.Task.WaitAsync(_patience, _time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // When it has begun at the last moment, it is served.
            turn.Level.Abandon(turn, isLate: true);
        }
        catch (OperationCanceledException)
        {
            if (!turn.Level.Abandon(turn, isLate: false))
            {
                turn.Dispose();
            }

            throw;
        }
        finally
        {
            _instruments.Waited(turn, _time.GetElapsedTime(turn.Arrived));
        }

        return turn;
    }

    private FlowBook Renew()
    {
        lock (_lock)
        {
            var (schemas, levels) = (_schemas.Current, _levels.Current);
            if (_edition.Schemas != schemas.Version || _edition.Levels != levels.Version)
            {
                _edition = new(_binder.Bind(schemas.Enumerate(), levels.Enumerate()), schemas.Version, levels.Version);
            }

            return _edition.Book;
        }
    }

    private sealed record Edition(FlowBook Book, ResourceVersion Schemas, ResourceVersion Levels);
}
