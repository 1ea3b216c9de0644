using Crescent.Identity;

namespace Crescent.Resources;

/// <summary>One object, wherever it is served: by a call of its bucket where that is in this process, by one of the bucket's grain elsewhere.</summary>
public readonly struct ResourceReference
{
    private readonly BucketReference _bucket;

    internal ResourceReference(BucketReference bucket, ResourceKey key) => (_bucket, Key) = (bucket, key);

    /// <summary>Which object.</summary>
    public ResourceKey Key { get; }

    /// <summary>Who serves it.</summary>
    public IResourceBucketGrain Bucket => _bucket.Grain;

    /// <inheritdoc cref="IResourceBucketGrain.GetAsync" />
    public Task<ResourceSnapshot?> GetAsync(CancellationToken cancellationToken = default)
    {
        var call = _bucket.Active is { } active && active.TryGet(Key, cancellationToken, out var answer) ? answer : Bucket.GetAsync(Key, cancellationToken);
        return call.IsCompletedSuccessfully || _bucket.Impatience is not { } impatience ? call : impatience.AnswerAsync(call, Key, cancellationToken);
    }

    public Task<MutationResult> CreateAsync(CreateRequest request, CancellationToken cancellationToken = default) => WriteAsync(
        request,
        static (bucket, key, request, token, out answer) => bucket.TryCreate(key, request, token, out answer),
        static (grain, key, request, token) => grain.CreateAsync(key, request, token),
        cancellationToken);

    public Task<MutationResult> ReplaceAsync(ReplaceRequest request, CancellationToken cancellationToken = default) => WriteAsync(
        request,
        static (bucket, key, request, token, out answer) => bucket.TryReplace(key, request, token, out answer),
        static (grain, key, request, token) => grain.ReplaceAsync(key, request, token),
        cancellationToken);

    public Task<MutationResult> PatchAsync(PatchRequest request, CancellationToken cancellationToken = default) => WriteAsync(
        request,
        static (bucket, key, request, token, out answer) => bucket.TryPatch(key, request, token, out answer),
        static (grain, key, request, token) => grain.PatchAsync(key, request, token),
        cancellationToken);

    public Task<MutationResult> DeleteAsync(DeleteRequest request, CancellationToken cancellationToken = default) => WriteAsync(
        request,
        static (bucket, key, request, token, out answer) => bucket.TryDelete(key, request, token, out answer),
        static (grain, key, request, token) => grain.DeleteAsync(key, request, token),
        cancellationToken);

    private Task<MutationResult> WriteAsync<TRequest>(TRequest request, Near<TRequest> near, Far<TRequest> far, CancellationToken cancellationToken)
    {
        if (_bucket.Active is not { } active)
        {
            return far(Bucket, Key, request, cancellationToken);
        }

        if (!ReferenceEquals(TaskScheduler.Current, TaskScheduler.Default))
        {
            // Begun in a grain's turn it would go on in turns of that grain, which would then hold up those who wait for the same object.
            var self = this;
            return Task.Run(() => self.WriteAsync(request, near, far, cancellationToken), CancellationToken.None);
        }

        return near(active, Key, request, cancellationToken, out var answer) ? answer : far(Bucket, Key, request, cancellationToken);
    }

    private delegate bool Near<TRequest>(
        ILocalBucket bucket, ResourceKey key, TRequest request, CancellationToken cancellationToken, out Task<MutationResult> answer);

    private delegate Task<MutationResult> Far<TRequest>(IResourceBucketGrain grain, ResourceKey key, TRequest request, CancellationToken cancellationToken);
}
