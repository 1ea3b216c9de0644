namespace Crescent.Resources;

/// <summary>
/// The database could not be reached or refused to work (also: disk full). Whether a write took effect is then unknown, unless
/// <see cref="IsUntouched"/>. The API answers 503; <see cref="ResourceErrors.Unavailable"/> and <see cref="ResourceErrors.Unconfirmed"/> are the
/// same facts as values.
/// </summary>
[GenerateSerializer, Alias("resources.StorageUnavailableException")]
public sealed class StorageUnavailableException : Exception
{
    public StorageUnavailableException() { }
    public StorageUnavailableException(string message) : base(message) { }
    public StorageUnavailableException(string message, Exception innerException) : base(message, innerException) { }

    /// <summary>The database never began with what it was asked, or has undone it: asking again is safe.</summary>
    [Id(0)] public bool IsUntouched { get; init; }
}
