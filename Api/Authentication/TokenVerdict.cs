using System.Collections.Immutable;

namespace Crescent.Api.Authentication;

/// <summary>Whose token it is. Keep <paramref name="User"/> for the next request with the same token: its permissions are found by the instance.</summary>
/// <param name="User">The bearer.</param>
/// <param name="Audiences">Those of the audiences asked for that the token is meant for.</param>
public sealed record TokenVerdict(UserInfo User, ImmutableArray<string> Audiences);
