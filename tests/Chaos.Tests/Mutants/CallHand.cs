namespace Crescent.Chaos.Tests.Mutants;

/// <summary>Spoils calls between grains.</summary>
internal sealed class CallHand(Func<IIncomingGrainCallContext, Task> hand) : IIncomingGrainCallFilter
{
    public Task Invoke(IIncomingGrainCallContext context) => hand(context);
}
