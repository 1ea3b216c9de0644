using Crescent.Api.Authentication;

namespace Crescent.Api.Limits;

/// <summary>What limits depend on.</summary>
/// <param name="User">Who asks.</param>
/// <param name="IsMutating">Not a read.</param>
/// <param name="Path">The URL's path.</param>
public readonly record struct RequestTraits(UserInfo User, bool IsMutating, string Path);
