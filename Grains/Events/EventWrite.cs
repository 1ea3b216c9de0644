using Crescent.Identity;

namespace Crescent.Grains.Events;

/// <summary>What is to be stored for an occurrence: a new event object, or a higher count on a known one.</summary>
internal sealed record EventWrite(ResourceKey Key, EventOccurrence Occurrence, string Message, int Count, DateTimeOffset FirstAt, bool IsNew);
