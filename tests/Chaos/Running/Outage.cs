namespace Crescent.Chaos.Running;

/// <param name="Fault">Name of the fault.</param>
/// <param name="Requests">writes, gets, lists or cached lists.</param>
/// <param name="Longest">Longest time without an answer.</param>
/// <param name="After">How long after the fault began that time began; negative: before.</param>
/// <param name="Story">What was asked meanwhile, and what came of it.</param>
internal sealed record Outage(string Fault, string Requests, TimeSpan Longest, TimeSpan After, string Story);
