using Crescent.Authorization;

namespace Crescent.Api.Limits;

/// <summary>
/// Guards the server against more requests than it can carry. Long-running ones (logs, exec) are not asked about, watches only until they have
/// sent the state they begin with.
/// </summary>
internal interface IRequestLimiter
{
    /// <summary>Waits briefly for its turn when the server is full. Dispose the turn when the request is done; one that was refused is answered 429.</summary>
    ValueTask<Turn> EnterAsync(in AccessRequest request, CancellationToken cancellationToken);
}
