using System.Collections.Immutable;
using Crescent.Authentication;

namespace Crescent.Authorization;

/// <summary>Masters may do everything; everybody else is asked about in each mode.</summary>
internal sealed class Authorizer(IEnumerable<IAuthorizationMode> modes) : IAuthorizer
{
    private readonly ImmutableArray<IAuthorizationMode> _modes = [.. modes];

    public ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken = default) =>
        request.User.IsMaster ? new(AccessDecision.Allow()) : AskAsync(request, cancellationToken);

    public async ValueTask<GrantedRules> GetRulesAsync(UserInfo user, string ns, CancellationToken cancellationToken = default)
    {
        var rules = user.IsMaster ? GrantedRules.None with { Rules = PolicyRule.Everything } : GrantedRules.None;
        foreach (var mode in _modes)
        {
            var more = await mode.GetRulesAsync(user, ns, cancellationToken);
            rules = new() { Rules = rules.Rules.AddRange(more.Rules), Problems = rules.Problems.AddRange(more.Problems) };
        }

        return rules;
    }

    private async ValueTask<AccessDecision> AskAsync(AccessRequest request, CancellationToken cancellationToken)
    {
        var reasons = string.Empty;
        foreach (var mode in _modes)
        {
            var decision = await mode.DecideAsync(request, cancellationToken);
            if (decision.IsAllowed)
            {
                return decision;
            }

            if (decision.Reason is { Length: > 0 } reason)
            {
                reasons = reasons.Length == 0 ? reason : $"{reasons}\n{reason}";
            }
        }

        return AccessDecision.Refuse(reasons);
    }
}
