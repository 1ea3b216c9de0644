using System.IO.Pipelines;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;

namespace Crescent.Security;

/// <summary>
/// Stands in front of the gateway and cuts clients that pretend to be somebody else. The gateway itself takes the sender named in a
/// message header at its word: without this, a client could send as a grain or as the silo's own client and no call filter would know.
/// </summary>
internal sealed partial class GatewayGuard(ILogger logger)
{
    public async Task GuardAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        var transport = connection.Transport;
        try
        {
            connection.Transport = new GuardedTransport(new GatewayFrameReader(transport.Input), transport.Output);
            await next(connection);
        }
        catch (GatewayFrameException exception)
        {
            LogCut(exception, connection.RemoteEndPoint?.ToString());
            connection.Abort();
        }
        finally
        {
            connection.Transport = transport;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Cut the client connection from {Remote}")]
    private partial void LogCut(Exception exception, string? remote);

    private sealed class GuardedTransport(PipeReader input, PipeWriter output) : IDuplexPipe
    {
        public PipeReader Input => input;

        public PipeWriter Output => output;
    }
}
