using System.Text.Json.Nodes;

namespace Crescent.Grains.Mutation.Admission.PodSecurity;

/// <summary>What one pod violates at each level; the three modes of a namespace often share one, which is judged once.</summary>
internal sealed class PodSecurityVerdicts(JsonObject? metadata, JsonObject? spec)
{
    private readonly Dictionary<PodSecurityLevel, IReadOnlyList<string>> _known = [];

    public IReadOnlyList<string> Of(PodSecurityLevel level)
    {
        if (!_known.TryGetValue(level, out var violations))
        {
            _known[level] = violations = PodSecurityStandards.Violations(level, metadata, spec);
        }

        return violations;
    }
}
