using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Crescent.Authentication;
using Crescent.Authorization;

namespace Crescent.Api.Limits;

/// <summary>
/// All FlowSchemas at one moment, in the order in which they are asked. Immutable but for what it remembers per user: which schemas speak of
/// him, so that a request is a walk over few rules and allocates nothing.
/// </summary>
internal sealed class FlowBook
{
    private readonly ImmutableArray<FlowSchema> _schemas;
    private readonly ConditionalWeakTable<UserInfo, Candidate[]> _known = [];

    /// <param name="schemas">Those whose level is there.</param>
    /// <param name="levels">Every level, by name.</param>
    /// <param name="exempt">The mandatory schema whose requests never wait.</param>
    /// <param name="catchAll">Decides when nothing else does.</param>
    public FlowBook(IEnumerable<FlowSchema> schemas, ImmutableArray<PriorityLevel> levels, FlowSchema exempt, FlowSchema catchAll)
    {
        (Levels, Exempt, CatchAll) = (levels, exempt, catchAll);
        _schemas = [.. schemas.OrderBy(static schema => schema.Precedence).ThenBy(static schema => schema.Name, StringComparer.Ordinal)];
    }

    public ImmutableArray<PriorityLevel> Levels { get; }

    public ImmutableArray<FlowSchema> Schemas => _schemas;

    public FlowSchema Exempt { get; }

    private FlowSchema CatchAll { get; }

    public FlowSchema Classify(in AccessRequest request)
    {
        foreach (var candidate in _known.TryGetValue(request.User, out var known) ? known : _known.GetValue(request.User, Compile))
        {
            foreach (var rule in candidate.Rules)
            {
                if (rule.Matches(request))
                {
                    return candidate.Schema;
                }
            }
        }

        return CatchAll;
    }

    private Candidate[] Compile(UserInfo user) =>
    [
        .. _schemas.Select(schema => new Candidate(schema, schema.RulesFor(user))).Where(static candidate => !candidate.Rules.IsEmpty),
    ];

    private readonly record struct Candidate(FlowSchema Schema, ImmutableArray<FlowRule> Rules);
}
