namespace Crescent.Grains.Watching;

/// <summary>This activation's epoch is over; asking again reaches the newer activation.</summary>
[GenerateSerializer, Alias("watching.SequencerRetiredException")]
public sealed class SequencerRetiredException : Exception
{
    public SequencerRetiredException() { }
    public SequencerRetiredException(string message) : base(message) { }
    public SequencerRetiredException(string message, Exception innerException) : base(message, innerException) { }
}
