namespace Crescent.Api.Streaming;

/// <summary>An agent refused to open a stream.</summary>
public sealed class NodeRefusedException : Exception
{
    public NodeRefusedException() { }
    public NodeRefusedException(string message) : base(message) { }
    public NodeRefusedException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>HTTP status the agent answered with; 0 when unknown.</summary>
    public int StatusCode { get; init; }
}
