namespace Crescent.Chaos.Running;

/// <param name="Fault">Name of the fault.</param>
/// <param name="Requests">writes, gets or lists.</param>
/// <param name="Longest">Longest time without an answer.</param>
internal readonly record struct Outage(string Fault, string Requests, TimeSpan Longest);
