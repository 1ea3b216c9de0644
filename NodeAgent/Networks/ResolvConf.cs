using System.Collections.Immutable;

namespace Crescent.NodeAgent.Networks;

/// <summary>
/// What a resolv.conf says, as the C library reads it: the last <c>search</c> or <c>domain</c> line counts, comments start with
/// <c>#</c> or <c>;</c>. See <see href="https://man7.org/linux/man-pages/man5/resolv.conf.5.html">resolv.conf(5)</see>.
/// </summary>
internal static class ResolvConf
{
    public static PodResolver Parse(string text)
    {
        var nameServers = ImmutableArray.CreateBuilder<string>();
        ImmutableArray<string> searches = [];
        var options = ImmutableArray.CreateBuilder<string>();
        foreach (var rawLine in text.Split('\n'))
        {
            var words = rawLine.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries);
            if (words.Length < 2 || words[0][0] is '#' or ';')
            {
                continue;
            }

            var values = words[1..].TakeWhile(word => word[0] is not ('#' or ';')).ToArray();
            switch (words[0])
            {
                case "nameserver" when values.Length > 0:
                    nameServers.Add(values[0]);
                    break;
                case "search":
                    searches = [.. values.Select(Trim).Where(domain => domain.Length > 0)];
                    break;
                case "domain" when values.Length > 0:
                    searches = [Trim(values[0])];
                    break;
                case "options":
                    options.AddRange(values);
                    break;
            }
        }

        return new PodResolver(nameServers.ToImmutable(), searches, options.ToImmutable());

        static string Trim(string domain) => domain.TrimEnd('.');
    }
}
