using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Crescent.Authentication;

namespace Crescent.Grains.Identity.AccountTokens;

/// <summary>What is to be done for the token Secrets of one account.</summary>
/// <param name="Superfluous">Secrets of an account that is gone, or of one that had its name before.</param>
/// <param name="Incomplete">Secrets that lack a token, or have another certificate, namespace or owner than they should.</param>
/// <param name="References">The account's <c>secrets</c> as they should be; null: as they are.</param>
/// <param name="NeedsSecret">The account names no token Secret, and there is none that it could name: make one and add it to <paramref name="References"/>.</param>
internal sealed record AccountTokenPlan(
    ImmutableArray<AccountTokenSecret> Superfluous, ImmutableArray<AccountTokenSecret> Incomplete, JsonArray? References, bool NeedsSecret);
