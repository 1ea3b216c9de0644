using Crescent.Chaos.History;

namespace Crescent.Chaos.Workload;

/// <summary>The API of one kind in one namespace at one server. Never throws but for cancellation: what went wrong is part of the answer.</summary>
internal interface IObjectApi
{
    Task<Answer> CreateAsync(string name, string token, CancellationToken cancellationToken);

    Task<Answer> ReplaceAsync(string name, string token, long expected, CancellationToken cancellationToken);

    /// <summary>Sets one key of <c>data</c>.</summary>
    Task<Answer> PatchAsync(string name, string key, string token, CancellationToken cancellationToken);

    Task<Answer> DeleteAsync(string name, CancellationToken cancellationToken);

    Task<Answer> GetAsync(string name, CancellationToken cancellationToken);

    Task<Answer> ListAsync(CancellationToken cancellationToken);

    /// <summary>Ends when the connection does; the last frame tells of an expired version.</summary>
    IAsyncEnumerable<WatchFrame> WatchAsync(long after, CancellationToken cancellationToken);
}
