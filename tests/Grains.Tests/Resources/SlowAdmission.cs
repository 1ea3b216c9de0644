using Crescent.Grains.Mutation;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Testing.Resources;

namespace Crescent.Grains.Tests.Resources;

/// <summary>The plain pipeline, whose creations of one object wait as for a webhook.</summary>
internal sealed class SlowAdmission : IMutationPipeline
{
    private readonly PlainMutationPipeline _plain = new(TimeProvider.System);
    private readonly TaskCompletionSource _isWaiting = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _goOn = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string? Slow { get; set; }

    /// <summary>Completes when the first creation waits.</summary>
    public Task IsWaiting => _isWaiting.Task;

    public void GoOn() => _goOn.SetResult();

    public async ValueTask<MutationDecision> DecideCreateAsync(
        ResourceKey key, ResourceSnapshot? current, CreateRequest request, CancellationToken cancellationToken)
    {
        if (key.Name == Slow)
        {
            _isWaiting.TrySetResult();
            await _goOn.Task;
        }

        return await _plain.DecideCreateAsync(key, current, request, cancellationToken);
    }

    public ValueTask<MutationDecision> DecideReplaceAsync(
        ResourceKey key, ResourceSnapshot? current, ReplaceRequest request, CancellationToken cancellationToken) =>
        _plain.DecideReplaceAsync(key, current, request, cancellationToken);

    public ValueTask<MutationDecision> DecidePatchAsync(
        ResourceKey key, ResourceSnapshot? current, PatchRequest request, CancellationToken cancellationToken) =>
        _plain.DecidePatchAsync(key, current, request, cancellationToken);

    public ValueTask<MutationDecision> DecideDeleteAsync(
        ResourceKey key, ResourceSnapshot? current, DeleteRequest request, CancellationToken cancellationToken) =>
        _plain.DecideDeleteAsync(key, current, request, cancellationToken);
}
