namespace Crescent.Security;

/// <summary>A client sent a message the gateway must not pass on.</summary>
public sealed class GatewayFrameException(string message) : Exception(message);
