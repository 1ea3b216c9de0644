namespace Crescent.Grains.Mutation.Validation;

/// <summary>What a pod spec says above its containers and they refer to.</summary>
/// <param name="Volumes">Names of volumes that may be mounted.</param>
/// <param name="Claims">Names in <c>resourceClaims</c>.</param>
/// <param name="Grace">The pod's <c>terminationGracePeriodSeconds</c>.</param>
/// <param name="OwnsUsers">The pod has a user namespace of its own (<c>hostUsers: false</c>).</param>
/// <param name="NeverRestarts">The pod's containers are not started again.</param>
internal sealed record PodParts(HashSet<string> Volumes, IReadOnlySet<string> Claims, long? Grace, bool OwnsUsers, bool NeverRestarts);
