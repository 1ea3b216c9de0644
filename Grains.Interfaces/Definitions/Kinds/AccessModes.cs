using System.Text.Json;

namespace Crescent.Definitions.Kinds;

/// <summary>Access modes of volumes in the short form of tables, e.g. <c>RWO,ROX</c>.</summary>
internal static class AccessModes
{
    private static readonly (string Mode, string Short)[] Known =
        [("ReadWriteOnce", "RWO"), ("ReadOnlyMany", "ROX"), ("ReadWriteMany", "RWX"), ("ReadWriteOncePod", "RWOP")];

    public static string Format(IEnumerable<JsonElement> modes)
    {
        var given = modes.Select(static mode => mode.ToString()).ToHashSet(StringComparer.Ordinal);
        return string.Join(',', Known.Where(known => given.Contains(known.Mode)).Select(static known => known.Short));
    }
}
