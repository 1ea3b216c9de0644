using Orleans.Runtime;

namespace Crescent.Security;

/// <summary>
/// The short-lived token an Orleans client sends with every grain call, in the request context. The silo's call filter verifies it and
/// decides which grains the caller may reach.
/// </summary>
public static class CallTokens
{
    /// <summary>Request-context key of the token.</summary>
    public const string ContextKey = "crescent.token";

    /// <summary>Attaches the token to the calls that follow in this async flow.</summary>
    public static void Attach(string token) => RequestContext.Set(ContextKey, token);
}
