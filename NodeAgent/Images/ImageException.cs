namespace Crescent.NodeAgent.Images;

/// <summary>An image cannot be had.</summary>
/// <param name="reason">ErrImagePull, ErrImageNeverPull, InvalidImageName.</param>
/// <param name="message">What the engine said.</param>
/// <param name="retryAt">When a pull is tried again.</param>
internal sealed class ImageException(string reason, string message, DateTimeOffset at, DateTimeOffset retryAt) : Exception(message)
{
    public string Reason { get; } = reason;

    public DateTimeOffset At { get; } = at;

    public DateTimeOffset RetryAt { get; } = retryAt;
}
