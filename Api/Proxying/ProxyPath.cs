using System.Diagnostics.CodeAnalysis;
using Crescent.Api.Requests;

namespace Crescent.Api.Proxying;

/// <summary>
/// What stands before and behind <c>/proxy</c> in the target of a request as the client wrote it: escapes are the backend's business. The
/// part in front has to be, segment for segment, what the request was authorised for, and no segment behind it may climb.
/// </summary>
/// <param name="Prefix">Up to and with <c>/proxy</c>.</param>
/// <param name="Rest">Behind it, beginning with a slash; empty when there is not even that.</param>
/// <param name="Query">With its question mark; empty for none.</param>
internal sealed record ProxyPath(string Prefix, string Rest, string Query)
{
    public static bool TryRead(string target, in RequestPath path, [NotNullWhen(true)] out ProxyPath? found)
    {
        found = null;
        var question = target.IndexOf('?', StringComparison.Ordinal);
        var (text, query) = question < 0 ? (target, "") : (target[..question], target[question..]);
        string[] expected = path.Namespace.Length == 0
            ? ["", "api", path.Version, path.Resource, path.Name, "proxy"]
            : ["", "api", path.Version, "namespaces", path.Namespace, path.Resource, path.Name, "proxy"];
        var segments = text.Split('/', expected.Length + 1);
        if (segments.Length < expected.Length)
        {
            return false;
        }

        for (var index = 0; index < expected.Length; index++)
        {
            if (Uri.UnescapeDataString(segments[index]) != expected[index])
            {
                return false;
            }
        }

        var hasRest = segments.Length > expected.Length;
        if (hasRest && segments[^1].Split('/', '\\').Any(IsTrick))
        {
            return false;
        }

        found = new(string.Join('/', segments.Take(expected.Length)), hasRest ? $"/{segments[^1]}" : "", query);
        return true;
    }

    private static bool IsTrick(string segment)
    {
        var plain = Uri.UnescapeDataString(segment);
        return plain.Split('/', '\\').Any(static part => part is "." or "..") || plain.Any(char.IsControl);
    }
}
