using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>
/// Lists from the memory of each server all along. That must never stop while the server itself is well; what is listed may be behind, so it is no
/// part of the history.
/// </summary>
internal sealed class CachedReader
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly HistoryRecorder _recorder;
    private readonly TimeProvider _time;
    private readonly Task _reading;

    public CachedReader(IReadOnlyList<HttpObjectApi> servers, TimeProvider time)
    {
        _recorder = new(time);
        _time = time;
        _reading = Task.WhenAll(servers.Select((api, server) => ReadAsync(api, server)));
    }

    /// <summary>Stops, and returns all that was asked: the server is the client's number, too.</summary>
    public async Task<IReadOnlyList<Operation>> FinishAsync()
    {
        await _stop.CancelAsync();
        await _reading;
        _stop.Dispose();
        return _recorder.Complete(0).Operations;
    }

    private async Task ReadAsync(HttpObjectApi api, int server)
    {
        while (!_stop.IsCancellationRequested)
        {
            var invoked = _recorder.Now;
            var answer = await api.ListCachedAsync(CancellationToken.None);
            _recorder.Add(new Operation
            {
                Client = server, Server = server, Kind = OperationKind.List, Invoked = invoked, Returned = _recorder.Now, Outcome = answer.Outcome,
                Problem = answer.Problem,
            });
            await Task.Delay(Pause, _time, _stop.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
