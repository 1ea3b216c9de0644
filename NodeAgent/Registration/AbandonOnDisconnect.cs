using Orleans.Runtime;

namespace Crescent.NodeAgent.Registration;

/// <summary>
/// Fails the calls under way when a gateway is lost. Orleans would let them wait for an answer that cannot come until the response
/// timeout, half a minute in which the node would count as silent.
/// </summary>
internal sealed class AbandonOnDisconnect : IOutgoingGrainCallFilter, IClusterConnectionStatusObserver
{
    private volatile TaskCompletionSource _lost = Create();

    public async Task Invoke(IOutgoingGrainCallContext context)
    {
        var lost = _lost.Task;
        var call = context.Invoke();
        if (await Task.WhenAny(call, lost) != call)
        {
            // Nobody waits for it any more, but its failure counts as seen.
            _ = call.ContinueWith(static task => task.Exception, TaskScheduler.Default);
            throw new SiloUnavailableException("The connection with the gateway was lost");
        }

        await call;
    }

    public void NotifyGatewayCountChanged(int currentNumberOfGateways, int previousNumberOfGateways, bool connectionRecovered)
    {
        if (currentNumberOfGateways < previousNumberOfGateways)
        {
            Abandon();
        }
    }

    public void NotifyClusterConnectionLost() => Abandon();

    private void Abandon() => Interlocked.Exchange(ref _lost, Create()).TrySetResult();

    private static TaskCompletionSource Create() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
