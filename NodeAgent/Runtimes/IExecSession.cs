namespace Crescent.NodeAgent.Runtimes;

/// <summary>A running command and its streams. Disposing closes the streams; it does not end the command.</summary>
internal interface IExecSession : IAsyncDisposable
{
    ValueTask WriteInputAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default);

    /// <summary>Tells the command that there is no more input.</summary>
    void CloseInput();

    ValueTask<ExecOutput> ReadAsync(byte[] buffer, CancellationToken cancellationToken = default);

    Task ResizeAsync(int width, int height, CancellationToken cancellationToken = default);

    /// <summary>Exit code once output has ended; null for an attached session whose process goes on.</summary>
    Task<int?> GetExitCodeAsync(CancellationToken cancellationToken = default);
}
