using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Crescent.Authentication;
using Crescent.Definitions;
using Crescent.Identity;
using Crescent.Resources;
using Crescent.Watching;

namespace Crescent.Authorization;

/// <summary>
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/">RBAC</see> from this process' caches. The book is made anew when
/// one of the four caches has moved; a decision otherwise is a walk over the rules the user has.
/// </summary>
internal sealed class RbacMode(IResourceCaches caches) : IAuthorizationMode
{
    private static readonly ConditionalWeakTable<ResourceSnapshot, BindingFacts> Bindings = [];
    private static readonly ConditionalWeakTable<ResourceSnapshot, object> Rules = [];
    private readonly Lock _lock = new();
    private Sources? _sources;
    private volatile Edition? _edition;

    public ValueTask<AccessDecision> DecideAsync(AccessRequest request, CancellationToken cancellationToken) =>
        TryGetBook(out var book) ? new(book.GrantsOf(request.User).Decide(request)) : DecideLaterAsync(request, cancellationToken);

    public async ValueTask<GrantedRules> GetRulesAsync(UserInfo user, string ns, CancellationToken cancellationToken)
    {
        var grants = (await GetBookAsync(cancellationToken)).GrantsOf(user).In(ns).ToList();
        return new()
        {
            Rules = [.. grants.SelectMany(static grant => grant.Rules)],
            Problems = [.. grants.Where(static grant => grant.Problem is not null).Select(static grant => grant.Problem!).Distinct(StringComparer.Ordinal)],
        };
    }

    /// <summary>The present book; waits for the caches the first time.</summary>
    public async ValueTask<RoleBook> GetBookAsync(CancellationToken cancellationToken)
    {
        if (!TryGetBook(out var book))
        {
            var sources = new Sources(
                caches.Get(KnownTypes.ClusterRoles), caches.Get(KnownTypes.Roles), caches.Get(KnownTypes.ClusterRoleBindings), caches.Get(KnownTypes.RoleBindings));
            await Task.WhenAll(
                sources.ClusterRoles.WaitUntilLoadedAsync(cancellationToken), sources.Roles.WaitUntilLoadedAsync(cancellationToken),
                sources.ClusterBindings.WaitUntilLoadedAsync(cancellationToken), sources.Bindings.WaitUntilLoadedAsync(cancellationToken));
            Volatile.Write(ref _sources, sources);
            TryGetBook(out book);
        }

        return book!;
    }

    private async ValueTask<AccessDecision> DecideLaterAsync(AccessRequest request, CancellationToken cancellationToken) =>
        (await GetBookAsync(cancellationToken)).GrantsOf(request.User).Decide(request);

    private bool TryGetBook([System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out RoleBook? book)
    {
        if (Volatile.Read(ref _sources) is not { } sources)
        {
            book = null;
            return false;
        }

        var edition = _edition;
        if (edition is null || !edition.IsCurrent(sources))
        {
            lock (_lock)
            {
                edition = _edition is { } other && other.IsCurrent(sources) ? other : _edition = Compile(sources);
            }
        }

        book = edition.Book;
        return true;
    }

    private static Edition Compile(Sources sources)
    {
        var (clusterRoles, roles) = (sources.ClusterRoles.Current, sources.Roles.Current);
        var (clusterBindings, bindings) = (sources.ClusterBindings.Current, sources.Bindings.Current);
        var rules = new Dictionary<(string, string), ImmutableArray<PolicyRule>>(clusterRoles.Count + roles.Count);
        foreach (var role in clusterRoles.Enumerate().Concat(roles.Enumerate()))
        {
            rules[(role.Key.Namespace, role.Key.Name)] = (ImmutableArray<PolicyRule>)Rules.GetValue(role, ReadRules);
        }

        var facts = clusterBindings.Enumerate().Concat(bindings.Enumerate()).Select(static item => Bindings.GetValue(item, BindingFacts.Read));
        return new(new(rules, facts), clusterRoles.Version, roles.Version, clusterBindings.Version, bindings.Version);
    }

    private static object ReadRules(ResourceSnapshot role)
    {
        using var document = JsonDocument.Parse(role.Body);
        return PolicyRule.ReadAll(document.RootElement.At("rules"));
    }

    private sealed record Sources(IResourceCache ClusterRoles, IResourceCache Roles, IResourceCache ClusterBindings, IResourceCache Bindings);

    private sealed class Edition(
        RoleBook book, ResourceVersion clusterRoles, ResourceVersion roles, ResourceVersion clusterBindings, ResourceVersion bindings)
    {
        public RoleBook Book => book;

        public bool IsCurrent(Sources sources) =>
            sources.ClusterRoles.Current.Version == clusterRoles && sources.Roles.Current.Version == roles
            && sources.ClusterBindings.Current.Version == clusterBindings && sources.Bindings.Current.Version == bindings;
    }
}
