namespace Crescent.Security;

/// <summary>Sends the process' token with every grain call, so callers need not think of it.</summary>
public sealed class CallTokenAttacher(ICallTokenSource source) : IOutgoingGrainCallFilter
{
    public Task Invoke(IOutgoingGrainCallContext context)
    {
        if (source.Current is { } token)
        {
            CallTokens.Attach(token);
        }

        return context.Invoke();
    }
}
