using System.Text;
using System.Text.Json;
using Crescent.Resources;

namespace Crescent.Grains.Resources.Storage;

/// <summary>Columns that exist to be queried with SQL.</summary>
internal static class RowText
{
    /// <summary>Labels as a JSON object, null for none.</summary>
    public static string? Labels(ResourceSnapshot snapshot)
    {
        if (snapshot.Labels.IsEmpty)
        {
            return null;
        }

        var text = new StringBuilder("{");
        foreach (var (key, value) in snapshot.Labels)
        {
            text.Append(text.Length == 1 ? "" : ",").Append('"').Append(JsonEncodedText.Encode(key)).Append("\":\"")
                .Append(JsonEncodedText.Encode(value)).Append('"');
        }

        return text.Append('}').ToString();
    }

    /// <summary>Owner uids as a JSON array, null for none.</summary>
    public static string? Owners(ResourceSnapshot snapshot) => snapshot.OwnerUids.IsEmpty
        ? null
        : $"[\"{string.Join("\",\"", snapshot.OwnerUids.Select(static uid => JsonEncodedText.Encode(uid).ToString()))}\"]";
}
