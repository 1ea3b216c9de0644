using System.Collections.Immutable;

namespace Crescent.Grains.Ownership;

/// <summary>What becomes of a dependent, given the states of its owners.</summary>
internal sealed record DependentVerdict
{
    public required DependentFate Fate { get; init; }

    /// <summary>References to keep when the fate is <see cref="DependentFate.Rewrite"/>.</summary>
    public ImmutableArray<OwnerReference> Keep { get; init; } = [];

    public static DependentVerdict Leave { get; } = new() { Fate = DependentFate.Leave };

    /// <summary>
    /// An owner that is there keeps a dependent alive; then only references to owners that are gone or wait for their dependents are
    /// removed. Without such an owner it is deleted: in the foreground when an owner waits for it and it has dependents itself.
    /// </summary>
    public static DependentVerdict Of(
        ImmutableArray<OwnerReference> references, IReadOnlyDictionary<OwnerReference, OwnerState> states, bool hasDependents)
    {
        if (references.IsEmpty)
        {
            return Leave;
        }

        var solid = references.Where(reference => states[reference] == OwnerState.Present).ToImmutableArray();
        if (solid.Length == references.Length)
        {
            return Leave;
        }

        if (solid.Length > 0)
        {
            return new() { Fate = DependentFate.Rewrite, Keep = solid };
        }

        return new()
        {
            Fate = hasDependents && references.Any(reference => states[reference] == OwnerState.WaitsForDependents)
                ? DependentFate.DeleteForeground
                : DependentFate.Delete,
        };
    }
}
