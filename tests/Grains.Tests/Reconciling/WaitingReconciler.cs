using Crescent.Grains.Reconciling;
using Crescent.Identity;

namespace Crescent.Grains.Tests.Reconciling;

/// <summary>Reads namespaces, and tells when it is about to.</summary>
internal sealed class WaitingReconciler : IReconciler
{
    private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => "waiting-controller";

    public Task Begun => _begun.Task;

    public async Task<ReconcileResult> ReconcileAsync(string key, ReconcileContext context, CancellationToken cancellationToken)
    {
        var reading = context.ReadAsync(KnownTypes.Namespaces, cancellationToken);
        _begun.TrySetResult();
        await reading;
        return ReconcileResult.Done;
    }
}
