using System.Globalization;
using Crescent.Identity;

namespace Crescent.Grains.Events;

/// <summary>
/// Decides what becomes of each occurrence: repeated events are counted, many similar ones combined, floods dropped. Kubernetes clients do
/// the same in their event correlator. Not thread-safe.
/// </summary>
internal sealed class EventCorrelator(EventOptions options)
{
    private readonly RecentMap<(string Uid, string Component, string Host), Bucket> _buckets = new(options.Remembered);
    private readonly RecentMap<(string Uid, string Component, string Type, string Reason), Similar> _similar = new(options.Remembered);
    private readonly RecentMap<(string Uid, string Component, string Type, string Reason, string Message, string Field), Known> _known =
        new(options.Remembered);
    private long _lastStamp;

    /// <summary>Null when the occurrence is to be dropped.</summary>
    public EventWrite? Decide(EventOccurrence occurrence)
    {
        if (!TakeToken(occurrence))
        {
            return null;
        }

        var subject = occurrence.Subject;
        var isCombined = IsOneOfMany(occurrence);
        var message = isCombined ? $"(combined from similar events): {occurrence.Message}" : occurrence.Message;
        var identity = (subject.Uid, occurrence.Component, occurrence.Type, occurrence.Reason, isCombined ? "" : message, subject.FieldPath);
        if (_known.TryGet(identity, out var known) && occurrence.At - known.LastAt < options.Window)
        {
            known = known with { Count = known.Count + 1, LastAt = occurrence.At };
            _known.Set(identity, known);
            return new(known.Key, occurrence, message, known.Count, known.FirstAt, false);
        }

        var key = NewKey(subject, occurrence.At);
        _known.Set(identity, new(key, 1, occurrence.At, occurrence.At));
        return new(key, occurrence, message, 1, occurrence.At, true);
    }

    private bool TakeToken(EventOccurrence occurrence)
    {
        var identity = (occurrence.Subject.Uid, occurrence.Component, occurrence.Host);
        var bucket = _buckets.TryGet(identity, out var known) ? known : new(options.Burst, occurrence.At);
        var tokens = Math.Min(options.Burst, bucket.Tokens + ((occurrence.At - bucket.At) / options.RefillPeriod));
        var isAllowed = tokens >= 1;
        _buckets.Set(identity, new(isAllowed ? tokens - 1 : tokens, occurrence.At));
        return isAllowed;
    }

    private bool IsOneOfMany(EventOccurrence occurrence)
    {
        var identity = (occurrence.Subject.Uid, occurrence.Component, occurrence.Type, occurrence.Reason);
        if (!_similar.TryGet(identity, out var similar) || occurrence.At - similar.LastAt >= options.Window)
        {
            similar = new();
            _similar.Set(identity, similar);
        }

        similar.LastAt = occurrence.At;
        similar.Messages.Add(occurrence.Message);
        if (similar.Messages.Count <= options.SimilarBeforeCombining)
        {
            return false;
        }

        // One more than the limit is enough to stay above it; more would only take memory.
        similar.Messages.Remove(occurrence.Message);
        similar.Messages.Add("");
        return true;
    }

    /// <summary>Name of the object, a dot, and a time that never repeats on this silo.</summary>
    private ResourceKey NewKey(EventSubject subject, DateTimeOffset at)
    {
        _lastStamp = Math.Max(_lastStamp + 1, (at - DateTimeOffset.UnixEpoch).Ticks * 100);
        var ns = subject.Namespace.Length == 0 ? "default" : subject.Namespace;
        return new(KnownTypes.Events, ns, $"{subject.Name}.{_lastStamp.ToString("x", CultureInfo.InvariantCulture)}");
    }

    private sealed record Bucket(double Tokens, DateTimeOffset At);

    private sealed record Known(ResourceKey Key, int Count, DateTimeOffset FirstAt, DateTimeOffset LastAt);

    private sealed class Similar
    {
        public HashSet<string> Messages { get; } = new(StringComparer.Ordinal);

        public DateTimeOffset LastAt { get; set; }
    }
}
