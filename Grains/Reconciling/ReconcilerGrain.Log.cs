using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Reconciling;

internal abstract partial class ReconcilerGrain
{
    [LoggerMessage(1, LogLevel.Error, "{Controller} failed on {Key}")]
    private static partial void LogRunFailed(ILogger logger, Exception exception, string controller, string key);

    [LoggerMessage(2, LogLevel.Information, "{Controller} could not finish {Key}: {Problem}; trying again after {Wait}")]
    private static partial void LogRetry(ILogger logger, string controller, string key, string problem, TimeSpan wait);

    [LoggerMessage(3, LogLevel.Warning, "{Controller} gave {Key} up until it changes: {Problem}")]
    private static partial void LogTerminal(ILogger logger, string controller, string key, string problem);

    [LoggerMessage(4, LogLevel.Warning, "{Controller} was interrupted on {Key}: {Why}")]
    private static partial void LogInterrupted(ILogger logger, string controller, string key, string why);

    [LoggerMessage(5, LogLevel.Debug, "{Controller} was cut short on {Key}, since this silo stops: {Why}")]
    private static partial void LogCutShort(ILogger logger, string controller, string key, string why);
}
