using Microsoft.Extensions.Logging;

namespace Crescent.NodeAgent.Registration;

/// <summary>An agent that starts before its cluster waits for it.</summary>
internal sealed partial class ConnectForEver(TimeProvider time, ILogger<ConnectForEver> logger) : IClientConnectionRetryFilter
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    public async Task<bool> ShouldRetryConnectionAttempt(Exception exception, CancellationToken cancellationToken)
    {
        LogFailed(exception.Message);
        await Task.Delay(Pause, time, cancellationToken);
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "No gateway of the cluster answers: {Reason}")]
    private partial void LogFailed(string reason);
}
