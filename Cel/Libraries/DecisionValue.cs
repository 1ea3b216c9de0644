using Crescent.Cel.Typing;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>What <c>check</c> gives.</summary>
internal sealed class DecisionValue(AccessAnswer answer) : CelValue
{
    public AccessAnswer Answer => answer;

    public override CelType Type => AuthorizerLibrary.Decision;

    public override string ToString() => answer.IsAllowed ? "allowed" : "denied";
}
