using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Microsoft.Extensions.Options;

namespace Crescent.Api.Authentication;

/// <summary>
/// A <see href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#static-token-file">static token file</see>: lines
/// <c>token,user,uid,"group1,group2"</c>. Read once, at start.
/// </summary>
internal sealed class StaticTokenAuthenticator(IOptions<ApiAuthenticationOptions> options) : ITokenAuthenticator
{
    // By hash, so that the time of a look-up says nothing about the tokens.
    private readonly FrozenDictionary<string, UserInfo> _users = Read(options.Value.TokenFile);

    public ValueTask<TokenVerdict?> AuthenticateAsync(string token, ImmutableArray<string> audiences, CancellationToken cancellationToken = default) =>
        new(_users.Count > 0 && _users.TryGetValue(Hash(token), out var user) ? new TokenVerdict(user, audiences) : null);

    private static FrozenDictionary<string, UserInfo> Read(string path)
    {
        var users = new Dictionary<string, UserInfo>(StringComparer.Ordinal);
        foreach (var line in path.Length == 0 ? [] : File.ReadLines(path).Where(static line => line.Length > 0 && line[0] != '#'))
        {
            var quote = line.IndexOf('"', StringComparison.Ordinal);
            var fields = (quote < 0 ? line : line[..quote]).Split(',');
            if (fields.Length < 3)
            {
                throw new InvalidDataException($"token file '{path}': a line has fewer than three fields (token, user, uid)");
            }

            var groups = quote < 0 ? fields.Length > 3 ? fields[3] : "" : line[quote..].Trim('"', ' ');
            users[Hash(fields[0].Trim())] = new()
            {
                Name = fields[1].Trim(), Uid = fields[2].Trim(),
                Groups = [.. groups.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries), WellKnownGroups.Authenticated],
            };
        }

        return users.ToFrozenDictionary(StringComparer.Ordinal);
    }

    private static string Hash(string token) => Convert.ToHexString(SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(token)));
}
