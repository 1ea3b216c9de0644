namespace Crescent.Api.Dispatching;

/// <summary>Guards the server against more requests than it can carry; long-running ones (watch, logs, exec) are not asked about.</summary>
public interface IRequestLimiter
{
    /// <summary>Null: answer 429. Dispose when the request is done.</summary>
    IDisposable? TryEnter();
}
