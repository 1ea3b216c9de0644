using System.Reflection;
using Crescent.Api.Resources;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging.Abstractions;
using Orleans.Runtime;

namespace Crescent.Api.Tests.Resources;

public sealed class ObjectCallsTests
{
    private static readonly ResourceKey Key = new(KnownTypes.ConfigMaps, "default", "c");
    private static readonly ResourceSnapshot Found = new() { Key = Key, Uid = "u", Version = new(7), Body = [] };

    private static readonly DeleteRequest Deletion = new() { Context = new() { User = "somebody" } };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Read_CallGotLost_AsksOnceMore()
    {
        var grain = new Grain(() => throw new TimeoutException("no answer"), () => throw new SiloUnavailableException("it is dead"), () => Found);

        Assert.Same(Found, await CallsOf(grain).ReadAsync(Key, Token));
        Assert.Equal(3, grain.Calls);
    }

    [Fact]
    public async Task Read_NobodyAnswers_GivesUp()
    {
        var grain = new Grain(() => throw new TimeoutException("no answer"));

        await Assert.ThrowsAsync<TimeoutException>(() => CallsOf(grain, secondsPerLook: 2).ReadAsync(Key, Token));
        Assert.Equal(3, grain.Calls);
    }

    [Fact]
    public async Task Write_NeverDelivered_IsSentAgain()
    {
        var grain = new Grain(() => throw Rejection(), () => Found);

        Assert.Equal(MutationOutcome.Deleted, (await CallsOf(grain).WriteAsync(Key, grain => grain.DeleteAsync(Deletion, Token), Token)).Outcome);
        Assert.Equal(2, grain.Calls);
    }

    /// <summary>It may have taken effect.</summary>
    [Fact]
    public async Task Write_AnswerGotLost_IsNotSentAgain()
    {
        var lost = new Grain(() => throw new TimeoutException("no answer"));
        var died = new Grain(() => throw new SiloUnavailableException("it is dead"));

        await Assert.ThrowsAsync<TimeoutException>(() => CallsOf(lost).WriteAsync(Key, grain => grain.DeleteAsync(Deletion, Token), Token));
        await Assert.ThrowsAsync<SiloUnavailableException>(() => CallsOf(died).WriteAsync(Key, grain => grain.DeleteAsync(Deletion, Token), Token));
        Assert.Equal((1, 1), (lost.Calls, died.Calls));
    }

    [Fact]
    public async Task Read_StorageRefuses_IsNotAskedAgain()
    {
        var grain = new Grain(() => throw new StorageUnavailableException("down"));

        await Assert.ThrowsAsync<StorageUnavailableException>(() => CallsOf(grain).ReadAsync(Key, Token));
        Assert.Equal(1, grain.Calls);
    }

    private static Exception Rejection() => (Exception)Activator.CreateInstance(
        typeof(OrleansMessageRejectionException), BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public, null, ["not delivered"], null)!;

    private static ObjectCalls CallsOf(IResourceBucketGrain grain, int secondsPerLook = 0)
    {
        var factory = DispatchProxy.Create<IGrainFactory, OneGrain>();
        ((OneGrain)(object)factory).Grain = grain;
        return new(factory, new Clock(secondsPerLook), NullLogger<ObjectCalls>.Instance);
    }

    /// <summary>Whatever is asked for, the same grain.</summary>
    public class OneGrain : DispatchProxy
    {
        public IResourceBucketGrain? Grain { get; set; }

        protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => Grain;
    }

    /// <summary>Goes on when it is looked at, and not otherwise: how busy the machine is does not matter.</summary>
    private sealed class Clock(int secondsPerLook) : TimeProvider
    {
        private long _now;

        public override long GetTimestamp() => Interlocked.Add(ref _now, secondsPerLook * TimestampFrequency);
    }

    /// <summary>Gives its answers one after the other, the last one again and again.</summary>
    private sealed class Grain(params Func<ResourceSnapshot?>[] answers) : IResourceBucketGrain
    {
        public int Calls { get; private set; }

        public async Task<ResourceSnapshot?> GetAsync(ResourceKey key, CancellationToken cancellationToken = default)
        {
            await Task.CompletedTask;
            return answers[Math.Min(Calls++, answers.Length - 1)]();
        }

        public Task<MutationResult> CreateAsync(ResourceKey key, CreateRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<MutationResult> ReplaceAsync(ResourceKey key, ReplaceRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public Task<MutationResult> PatchAsync(ResourceKey key, PatchRequest request, CancellationToken cancellationToken = default) => throw new NotSupportedException();

        public async Task<MutationResult> DeleteAsync(ResourceKey key, DeleteRequest request, CancellationToken cancellationToken = default) =>
            MutationResult.Of(MutationOutcome.Deleted, (await GetAsync(key, cancellationToken))!, []);
    }
}
