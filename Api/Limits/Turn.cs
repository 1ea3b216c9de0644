using Crescent.Authorization;

namespace Crescent.Api.Limits;

/// <summary>One request at a priority level: waiting, being served, or refused.</summary>
internal sealed class Turn(PriorityLevel level, FlowSchema schema, in AccessRequest request, long arrived) : IDisposable
{
    private int _hasEnded;

    public PriorityLevel Level => level;

    public FlowSchema Schema => schema;

    public AccessRequest Request { get; } = request;

    /// <summary>Timestamp of the time provider.</summary>
    public long Arrived => arrived;

    /// <summary>When it began to be served; 0: not yet.</summary>
    public long Started { get; set; }

    /// <summary>Whose turn it is among others of its level; null when it had not to wait.</summary>
    public FlowQueue? Queue { get; set; }

    /// <summary>Completes when it is this one's turn; null when it had not to wait.</summary>
    public TaskCompletionSource? Ready { get; set; }

    /// <summary>Why it is not served: <c>concurrency-limit</c>, <c>queue-full</c>, <c>time-out</c>, <c>cancelled</c>.</summary>
    public string? Refusal { get; set; }

    /// <summary>Neighbours among those that are served.</summary>
    public Turn? Previous { get; set; }
    public Turn? Next { get; set; }

    /// <summary>Lets the next one in; doing so again does nothing.</summary>
    public void Dispose()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) == 0 && Refusal is null)
        {
            level.Leave(this);
        }
    }
}
