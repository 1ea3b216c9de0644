using System.Collections.Frozen;
using System.Collections.Immutable;
using Crescent.Api.Requests;
using Crescent.Api.Responses;
using Crescent.Identity;
using Crescent.Resources;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Authentication;

/// <summary>
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/authentication/#user-impersonation">Acting as somebody else</see>, by the
/// Impersonate-* headers, for who has the verb <c>impersonate</c> on each of the names.
/// </summary>
internal sealed class Impersonation(IAuthorizer authorizer)
{
    private const string UserHeader = "Impersonate-User";
    private const string GroupHeader = "Impersonate-Group";
    private const string UidHeader = "Impersonate-Uid";
    private const string ExtraPrefix = "Impersonate-Extra-";
    private const string Group = "authentication.k8s.io";

    public static bool IsAsked(HttpRequest request) =>
        request.Headers.ContainsKey(UserHeader) || request.Headers.ContainsKey(GroupHeader) || request.Headers.ContainsKey(UidHeader)
        || request.Headers.Keys.Any(static name => name.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase));

    /// <summary>The user to go on as, or why not.</summary>
    public async ValueTask<(UserInfo? User, ResourceError? Refusal)> ApplyAsync(HttpRequest request, UserInfo caller, CancellationToken cancellationToken)
    {
        var name = request.Headers[UserHeader].ToString();
        var groups = request.Headers[GroupHeader].OfType<string>().ToImmutableArray();
        var uid = request.Headers[UidHeader].ToString();
        var extra = request.Headers.Where(static header => header.Key.StartsWith(ExtraPrefix, StringComparison.OrdinalIgnoreCase))
            .ToFrozenDictionary(
                static header => Uri.UnescapeDataString(header.Key[ExtraPrefix.Length..].ToLowerInvariant()), static header => header.Value.OfType<string>().ToImmutableArray(),
                StringComparer.Ordinal);
        if (name.Length == 0)
        {
            return (null, ResourceErrors.BadRequest("requested to impersonate groups, uid or extra without impersonating a user"));
        }

        foreach (var question in Questions(caller, name, groups, uid, extra))
        {
            var decision = await authorizer.DecideAsync(question, cancellationToken);
            if (!decision.IsAllowed)
            {
                return (null, ApiErrors.Forbidden(question, decision.Reason));
            }
        }

        return (new() { Name = name, Uid = uid, Groups = Complete(name, groups), Extra = extra }, null);
    }

    private static IEnumerable<AccessRequest> Questions(
        UserInfo caller, string name, ImmutableArray<string> groups, string uid, FrozenDictionary<string, ImmutableArray<string>> extra)
    {
        yield return ServiceAccountNames.TryParse(name, out var ns, out var account)
            ? AccessRequest.Of(caller, "impersonate", KnownTypes.ServiceAccounts, ns, account)
            : AccessRequest.Of(caller, "impersonate", new("", "users"), name: name);
        foreach (var group in groups)
        {
            yield return AccessRequest.Of(caller, "impersonate", new("", "groups"), name: group);
        }

        foreach (var (key, values) in extra)
        {
            foreach (var value in values)
            {
                yield return AccessRequest.Of(caller, "impersonate", new(Group, "userextras"), name: value, subresource: key);
            }
        }

        if (uid.Length > 0)
        {
            yield return AccessRequest.Of(caller, "impersonate", new(Group, "uids"), name: uid);
        }
    }

    private static ImmutableArray<string> Complete(string name, ImmutableArray<string> groups)
    {
        if (groups.IsEmpty && ServiceAccountNames.TryParse(name, out var ns, out _))
        {
            groups = [WellKnownGroups.ServiceAccounts, ServiceAccountNames.GroupOf(ns)];
        }

        var last = name == UserInfo.Anonymous.Name ? WellKnownGroups.Unauthenticated : WellKnownGroups.Authenticated;
        return groups.Contains(last) ? groups : groups.Add(last);
    }
}
