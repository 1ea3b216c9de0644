using Crescent.Identity;
using Microsoft.Extensions.Logging;

namespace Crescent.Grains.Nodes;

internal sealed partial class NodeGrain
{
    [LoggerMessage(1, LogLevel.Information, "Node {Node} is registered by agent {Agent}")]
    private static partial void LogRegistered(ILogger logger, string node, string agent);

    [LoggerMessage(2, LogLevel.Warning, "The registration of node {Node} was refused: {Reason}")]
    private static partial void LogRegistrationRefused(ILogger logger, string node, string reason);

    [LoggerMessage(3, LogLevel.Information, "The object of node {Node} is gone; its agent has to register again")]
    private static partial void LogGone(ILogger logger, string node);

    [LoggerMessage(4, LogLevel.Warning, "Node {Node} has not been heard of for {Silence}: its conditions are Unknown now")]
    private static partial void LogSilent(ILogger logger, string node, TimeSpan silence);

    [LoggerMessage(5, LogLevel.Warning, "The status of node {Node} could not be written; it is tried again")]
    private static partial void LogStatusFailed(ILogger logger, Exception exception, string node);

    [LoggerMessage(6, LogLevel.Warning, "The status of pod {Pod} could not be written; the agent sends it again")]
    private static partial void LogReportFailed(ILogger logger, Exception exception, ResourceKey pod);

    [LoggerMessage(7, LogLevel.Warning, "The lease of node {Node} was refused: {Reason}")]
    private static partial void LogLeaseRefused(ILogger logger, string node, string reason);

    [LoggerMessage(8, LogLevel.Warning, "The lease of node {Node} could not be renewed; it is tried again in its period")]
    private static partial void LogLeaseFailed(ILogger logger, Exception exception, string node);
}
