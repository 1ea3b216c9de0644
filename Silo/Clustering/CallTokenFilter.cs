using System.Collections.Concurrent;
using System.Security.Cryptography;
using Crescent.Security;
using Orleans.Runtime;

namespace Crescent.SiloHost.Clustering;

/// <summary>
/// Judges every call that comes from a client of the gateway. <see cref="GatewayGuard"/> has made sure that such a call names a client
/// as its source; calls of grains and of the silo's own client pass after one comparison.
/// </summary>
internal sealed partial class CallTokenFilter(
    ICallTokenKeys keys, TimeProvider time, ILogger<CallTokenFilter> logger) : IIncomingGrainCallFilter
{
    private const int CacheCapacity = 20_000;
    private static readonly GrainType ClientType = GrainType.Create("sys.client");

    /// <summary>Tokens whose signature has been found good; emptied when full, since verifying again is cheap.</summary>
    private readonly ConcurrentDictionary<string, CallToken> _verified = new(StringComparer.Ordinal);

    public Task Invoke(IIncomingGrainCallContext context)
    {
        if (context.SourceId is { } source && source.Type == ClientType && !source.Key.AsSpan().StartsWith("hosted-"u8))
        {
            Judge(context, source);
        }

        return context.Invoke();
    }

    private void Judge(IIncomingGrainCallContext context, GrainId source)
    {
        var contract = context.Request.GetInterfaceType();
        if (CallPolicy.IsOpen(contract))
        {
            return;
        }

        var caller = RequestContext.Get(CallTokens.ContextKey) is string text ? Verify(text) : null;
        if (caller is null || caller.Expires <= time.GetUtcNow() || !CallPolicy.IsAllowed(caller, context.TargetId, contract))
        {
            LogRefused(source, caller?.Name, context.TargetId, context.InterfaceName, context.MethodName);
            throw new UnauthorizedAccessException(
                caller is null ? "The call carries no valid token" : $"'{caller.Name}' may not call this grain, or its token has expired");
        }
    }

    private CallToken? Verify(string text)
    {
        if (_verified.TryGetValue(text, out var known))
        {
            return known;
        }

        CallToken? token;
        using (var key = keys.OpenPublicKey())
        {
            token = CallToken.Verify(text, key);
        }

        if (token is not null)
        {
            if (_verified.Count >= CacheCapacity)
            {
                _verified.Clear();
            }

            _verified.TryAdd(text, token);
        }

        return token;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Refused a call of {Source} ({Caller}) to {Target}: {Contract}.{Method}")]
    private partial void LogRefused(GrainId source, string? caller, GrainId target, string contract, string method);
}
