using System.Collections.Immutable;

namespace Crescent.Api.Authorization;

/// <summary>Decides who may do what. Replace the registration to bring another policy.</summary>
public interface IRequestAuthorizer
{
    /// <summary>Null when allowed, else the reason for the refusal (may be empty).</summary>
    ValueTask<string?> RefuseAsync(AccessRequest request, CancellationToken cancellationToken = default);

    /// <summary>What a user may do in a namespace, for SelfSubjectRulesReview.</summary>
    ValueTask<ImmutableArray<AccessRule>> GetRulesAsync(
        Authentication.UserInfo user, string ns, CancellationToken cancellationToken = default);
}
