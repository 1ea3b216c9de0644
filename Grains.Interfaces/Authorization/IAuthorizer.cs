using Crescent.Authentication;

namespace Crescent.Authorization;

/// <summary>Decides who may do what: the modes of <see cref="IAuthorizationMode"/> in turn. Replace the registration to bring another policy.</summary>
public interface IAuthorizer
{
    ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken = default);

    /// <summary>What a user may do in a namespace, for SelfSubjectRulesReview.</summary>
    ValueTask<GrantedRules> GetRulesAsync(UserInfo user, string ns, CancellationToken cancellationToken = default);
}
