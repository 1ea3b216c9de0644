using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Crescent.Identity;

namespace Crescent.Api.Resources;

/// <summary>Where a limited list goes on: the version it is a picture of and the last key that was shown. Opaque to clients.</summary>
/// <param name="Version">Version of the list; null: whatever is current (after the first picture was lost).</param>
/// <param name="Namespace">Namespace of the last object shown.</param>
/// <param name="Name">Name of the last object shown.</param>
internal sealed record ContinueToken(ResourceVersion? Version, string Namespace, string Name)
{
    public static bool TryParse(string text, out ContinueToken token)
    {
        token = null!;
        try
        {
            using var document = JsonDocument.Parse(Base64Url.DecodeFromChars(text));
            var root = document.RootElement;
            if (root.GetProperty("v").GetString() != "meta.k8s.io/v1")
            {
                return false;
            }

            var version = root.GetProperty("rv").GetInt64();
            var start = root.GetProperty("start").GetString()!;
            var slash = start.IndexOf('/', StringComparison.Ordinal);
            if (slash < 0 || slash == start.Length - 1)
            {
                return false;
            }

            token = new(version < 0 ? null : new ResourceVersion(version), start[..slash], start[(slash + 1)..]);
            return true;
        }
        catch (Exception exception) when (exception is FormatException or JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    public override string ToString()
    {
        var json = JsonSerializer.Serialize($"{Namespace}/{Name}");
        return Base64Url.EncodeToString(System.Text.Encoding.UTF8.GetBytes($"{{\"v\":\"meta.k8s.io/v1\",\"rv\":{Version?.Value ?? -1},\"start\":{json}}}"));
    }
}
