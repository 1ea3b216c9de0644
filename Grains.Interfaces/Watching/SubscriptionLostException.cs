namespace Crescent.Watching;

/// <summary>The change stream of a subscription broke off; the reader has to list again.</summary>
public sealed class SubscriptionLostException : Exception
{
    public SubscriptionLostException() { }
    public SubscriptionLostException(string message) : base(message) { }
    public SubscriptionLostException(string message, Exception innerException) : base(message, innerException) { }
}
