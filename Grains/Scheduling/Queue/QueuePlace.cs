namespace Crescent.Grains.Scheduling.Queue;

/// <summary>
/// Where a waiting pod is.
/// <code>
/// add ─► Active ─take─► InFlight ─bound─► (gone)
///          ▲              │   │
///          │ due          │   └─no node─► Parked ─change that may help, or 5 min─► Backoff / Active
///          └── Backoff ◄──┴─ binding failed
/// </code>
/// </summary>
internal enum QueuePlace
{
    Active,
    InFlight,
    Backoff,
    Parked,
}
