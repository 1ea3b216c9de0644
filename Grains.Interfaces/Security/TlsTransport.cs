using System.IO.Pipelines;

namespace Crescent.Security;

/// <summary>The pipes of a connection after its handshake: plain text on this side, TLS on the other.</summary>
internal sealed class TlsTransport(Stream stream) : IDuplexPipe
{
    public PipeReader Input { get; } = PipeReader.Create(stream, new StreamPipeReaderOptions(leaveOpen: true));

    public PipeWriter Output { get; } = PipeWriter.Create(stream, new StreamPipeWriterOptions(leaveOpen: true));
}
