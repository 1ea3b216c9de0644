using System.Collections.Immutable;

namespace Crescent.Api.Discovery;

/// <summary>A group, its preferred version first.</summary>
internal sealed record ServedGroup(string Name, ImmutableArray<ServedVersion> Versions);
