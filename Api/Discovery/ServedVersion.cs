using System.Collections.Immutable;

namespace Crescent.Api.Discovery;

/// <summary>One version of a group with its resources in name order.</summary>
internal sealed record ServedVersion(string Name, ImmutableArray<ServedResource> Resources);
