namespace Crescent.Api.Auditing;

/// <summary>Moments in the life of a request that an event may be written for.</summary>
[Flags]
internal enum AuditStage
{
    None = 0,

    /// <summary>It came in; nothing is known of the answer.</summary>
    RequestReceived = 1,

    /// <summary>The head of the answer went out; of requests that last (watch, exec …), and of those nobody was known for.</summary>
    ResponseStarted = 2,

    ResponseComplete = 4,

    /// <summary>Handling it failed in a way nobody had foreseen.</summary>
    Panic = 8,
}
