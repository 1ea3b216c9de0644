using Crescent.Identity;

namespace Crescent.Grains.Ownership;

/// <summary>
/// Key of the garbage collector's grain for one owner: <c>uid/type/namespace/name</c>. The uid is part of it because an object of the
/// same name may take the place of a deleted one while dependents of the old one are still there.
/// </summary>
internal readonly record struct OwnerKey(string Uid, ResourceKey Object)
{
    public string ToGrainKey() => $"{Uid}/{Object.ToGrainKey()}";

    public static OwnerKey FromGrainKey(string key)
    {
        var slash = key.IndexOf('/', StringComparison.Ordinal);
        return new(key[..slash], ResourceKey.FromGrainKey(key[(slash + 1)..]));
    }
}
