namespace Crescent.Api.Limits;

/// <summary>Guards the server against more requests than it can carry; long-running ones (watch, logs, exec) are not asked about.</summary>
public interface IRequestLimiter
{
    /// <summary>Waits briefly for its turn when the server is full. Null: answer 429. Dispose when the request is done.</summary>
    ValueTask<IDisposable?> EnterAsync(RequestTraits request, CancellationToken cancellationToken);
}
