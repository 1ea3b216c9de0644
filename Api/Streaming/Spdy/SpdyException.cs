namespace Crescent.Api.Streaming.Spdy;

/// <summary>The other side broke the protocol; the connection is of no more use.</summary>
internal sealed class SpdyException(string message, Exception? cause = null) : IOException(message, cause);
