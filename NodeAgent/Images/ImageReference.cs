using System.Diagnostics.CodeAnalysis;
using System.Text.RegularExpressions;

namespace Crescent.NodeAgent.Images;

/// <summary>
/// An image name taken apart: <c>[domain/]path[:tag][@digest]</c>, see
/// <see href="https://kubernetes.io/docs/concepts/containers/images/">Images</see>.
/// </summary>
/// <param name="Repository">Domain and path as written.</param>
/// <param name="Tag"><c>latest</c> when neither tag nor digest is given; empty with only a digest.</param>
/// <param name="Digest">Empty when not given.</param>
internal sealed partial record ImageReference(string Repository, string Tag, string Digest)
{
    /// <summary>Registry the image comes from; <c>docker.io</c> when the name does not say.</summary>
    public string Registry
    {
        get
        {
            var slash = Repository.IndexOf('/', StringComparison.Ordinal);
            var first = slash < 0 ? "" : Repository[..slash];
            return first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost"
                ? first
                : "docker.io";
        }
    }

    public static bool TryParse(string text, [NotNullWhen(true)] out ImageReference? reference)
    {
        reference = null;
        var match = Pattern().Match(text);
        if (!match.Success)
        {
            return false;
        }

        var digest = match.Groups["digest"].Value;
        var tag = match.Groups["tag"].Value;
        reference = new ImageReference(match.Groups["repository"].Value, tag.Length == 0 && digest.Length == 0 ? "latest" : tag, digest);
        return true;
    }

    [GeneratedRegex(
        @"^(?<repository>(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?::[0-9]+)?/)?[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*(?:/[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*)*)(?::(?<tag>[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}))?(?:@(?<digest>[a-z0-9+._-]+:[0-9a-fA-F]{32,}))?$",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
