namespace Crescent.Grains.Events;

/// <summary>One call of <see cref="IEventRecorder.Record"/>.</summary>
internal sealed record EventOccurrence(
    EventSubject Subject, string Type, string Reason, string Message, string Component, string Host, DateTimeOffset At);
