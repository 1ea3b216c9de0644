namespace Crescent.Chaos.Tests.Properties;

/// <summary>One call with what it writes.</summary>
internal sealed record Step(StepKind Kind, Change[] Changes)
{
    public override string ToString() => $"{Kind} {string.Join(' ', Changes)}";
}
