using System.Collections.Concurrent;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Resources;

/// <summary>
/// The newest frontier of each type this silo has heard of. A row read from storage may be committed and not yet published (its writer
/// died in between); showing it before the frontier has passed it would let a later list miss what an earlier get has shown. The same goes for
/// the lack of a row that was deleted.
/// </summary>
internal sealed partial class KnownFrontiers(IGrainFactory grains, TimeProvider time, ILogger<KnownFrontiers> logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrentDictionary<ResourceType, long> _frontiers = new();

    public void Passed(ResourceType type, ResourceVersion version)
    {
        if (!_frontiers.TryGetValue(type, out var known) || known < version.Value)
        {
            _frontiers.AddOrUpdate(type, static (_, value) => value, static (_, old, value) => Math.Max(old, value), version.Value);
        }
    }

    /// <summary>Where the frontier was when this silo last heard of it.</summary>
    public ResourceVersion Of(ResourceType type) => new(_frontiers.GetValueOrDefault(type));

    /// <summary>Returns when the frontier has reached <paramref name="version"/>; nearly always at once, without a call.</summary>
    /// <exception cref="StorageUnavailableException">It does not get there, because the sequencer cannot settle what is open.</exception>
    public async ValueTask WaitForAsync(ResourceType type, ResourceVersion version)
    {
        if (version == ResourceVersion.None)
        {
            return;
        }

        var started = time.GetTimestamp();
        while (!_frontiers.TryGetValue(type, out var known) || known < version.Value)
        {
            if (time.GetElapsedTime(started) > Patience)
            {
                throw new StorageUnavailableException($"Version {version} of {type} is not settled yet.");
            }

            if (!await TryAskAsync(type) || !_frontiers.TryGetValue(type, out known) || known < version.Value)
            {
                await Task.Delay(Pause, time);
            }
        }
    }

    private async Task<bool> TryAskAsync(ResourceType type)
    {
        try
        {
            Passed(type, await grains.GetGrain<IResourceTypeGrain>(type.ToString()).GetFrontierAsync(CancellationToken.None));
            return true;
        }
        catch (Exception exception)
        {
            // The sequencer is moving, or its silo has gone; the next one answers.
            LogNoAnswer(exception, type);
            return false;
        }
    }

    [LoggerMessage(Level = LogLevel.Debug, Message = "The sequencer of {Type} did not answer")]
    private partial void LogNoAnswer(Exception exception, ResourceType type);
}
