namespace Crescent.Resources;

/// <summary>
/// The database could not be reached or refused to work (also: disk full). Whether a write took effect is then unknown. The API answers
/// 503 with Retry-After; <see cref="ResourceErrors.Unavailable"/> is the same fact as a value.
/// </summary>
[GenerateSerializer, Alias("resources.StorageUnavailableException")]
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException() { }
    public StorageUnavailableException(string message) : base(message) { }
    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException) { }
}
