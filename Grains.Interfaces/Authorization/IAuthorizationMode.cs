using Crescent.Authentication;

namespace Crescent.Authorization;

/// <summary>One way to be allowed something. Modes only ever allow; what none allows is refused with the reasons of all.</summary>
public interface IAuthorizationMode
{
    ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken);

    ValueTask<GrantedRules> GetRulesAsync(UserInfo user, string ns, CancellationToken cancellationToken);
}
