namespace Crescent.Api.Streaming;

/// <summary>First byte of a message of the <c>channel.k8s.io</c> protocols.</summary>
internal static class RemoteChannel
{
    public const byte Input = 0;
    public const byte Output = 1;
    public const byte Error = 2;

    /// <summary>How it ended: a Status object.</summary>
    public const byte Status = 3;

    /// <summary><c>{"Width":80,"Height":24}</c>.</summary>
    public const byte Resize = 4;

    /// <summary>Closes the channel that the next byte names.</summary>
    public const byte Close = 255;
}
