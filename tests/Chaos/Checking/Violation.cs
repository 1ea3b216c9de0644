namespace Crescent.Chaos.Checking;

internal readonly record struct Violation(ViolationKind Kind, string Message)
{
    public override string ToString() => $"{Kind}: {Message}";
}
