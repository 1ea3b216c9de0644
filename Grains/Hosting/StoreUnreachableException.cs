namespace Crescent.Grains.Hosting;

/// <summary>The silo cannot start without its database. The message names the server and the reason, and is fit for an operator.</summary>
public sealed class StoreUnreachableException(string message, Exception cause) : Exception(message, cause);
