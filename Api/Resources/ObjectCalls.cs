using Crescent.Identity;
using Crescent.Resources;
using Microsoft.Extensions.Logging;
using Orleans.Runtime;

namespace Crescent.Api.Resources;

/// <summary>
/// Calls of single objects' grains, for clients who wait. While a dead silo has not been declared dead yet, what is sent to it comes back, and what
/// is forwarded to it gets lost. A read is asked again in any case; a write only when it certainly has not been delivered.
/// </summary>
internal sealed partial class ObjectCalls(IGrainFactory grains, TimeProvider time, ILogger<ObjectCalls> logger)
{
    /// <summary>No other try begins after it: a little longer than it mostly takes until a dead silo is declared dead.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(6);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>The committed state, or null when there is no such object.</summary>
    public async Task<ResourceSnapshot?> ReadAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await grains.GetResourceGrain(key).GetAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is OrleansException or TimeoutException && time.GetElapsedTime(started) < Patience)
            {
                LogAgain(exception, key);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    public async Task<MutationResult> WriteAsync(ResourceKey key, Func<ResourceReference, Task<MutationResult>> write, CancellationToken cancellationToken)
    {
        var started = time.GetTimestamp();
        while (true)
        {
            try
            {
                return await write(grains.GetResourceGrain(key));
            }
            catch (Exception exception) when (IsUndelivered(exception) && time.GetElapsedTime(started) < Patience)
            {
                LogAgain(exception, key);
            }

            await Task.Delay(Pause, time, cancellationToken);
        }
    }

    /// <summary>It came back before anybody had seen it. A silo that died, which is a rejection too, may have seen it.</summary>
    public static bool IsUndelivered(Exception exception) => exception is OrleansMessageRejectionException and not SiloUnavailableException;

    [LoggerMessage(Level = LogLevel.Debug, Message = "{Key} did not answer; it is asked once more")]
    private partial void LogAgain(Exception exception, ResourceKey key);
}
