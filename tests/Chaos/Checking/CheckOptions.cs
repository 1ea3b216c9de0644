namespace Crescent.Chaos.Checking;

/// <param name="AllowsCoalescing">
/// When the silo that sequences a type dies, states that no other silo has heard of and that were overwritten since are gone: watchers see
/// the newer state only. Such gaps are counted, not judged.
/// </param>
internal sealed record CheckOptions(bool AllowsCoalescing = false);
