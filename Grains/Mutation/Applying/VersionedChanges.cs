using System.Text.Json.Nodes;
using Crescent.Definitions;

namespace Crescent.Grains.Mutation.Applying;

/// <summary>What a write changed, in the names of each version that somebody asks for.</summary>
/// <param name="versions">Versions of the kind.</param>
/// <param name="old">The state before, as stored.</param>
/// <param name="item">The state after.</param>
/// <param name="subresource">Where was written.</param>
internal sealed class VersionedChanges(ObjectVersions versions, JsonObject old, JsonObject item, string subresource)
{
    private readonly List<(ResourceDefinition Version, FieldChanges Changes)> _known = new(1);

    /// <param name="apiVersion">As an entry names it; one the kind has not means the stored one.</param>
    public FieldChanges In(string apiVersion)
    {
        var version = versions.Find(apiVersion);
        foreach (var known in _known)
        {
            if (ReferenceEquals(known.Version, version))
            {
                return known.Changes;
            }
        }

        var changes = FieldChanges.Between(ObjectVersions.Show(old, version), ObjectVersions.Show(item, version), subresource, ObjectVersions.TypeOf(version));
        _known.Add((version, changes));
        return changes;
    }
}
