using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Nodes;
using Crescent.Authentication;
using Crescent.Authorization;
using Crescent.Identity;
using Crescent.Resources;

namespace Crescent.Grains.Mutation.Admission;

/// <summary>
/// Nobody hands out more than he has, see
/// <see href="https://kubernetes.io/docs/reference/access-authn-authz/rbac/#privilege-escalation-prevention-and-bootstrapping">escalation
/// prevention</see>: to write a role one needs its permissions or the verb <c>escalate</c>, to write a binding those of the role or <c>bind</c>.
/// </summary>
internal sealed class RoleEscalation(IAuthorizer authorizer, RbacMode roles) : IAdmission
{
    public async ValueTask<ResourceError?> CheckAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        if (request.Object is null || request.Type.Group != KnownTypes.Roles.Group || request.User.IsMaster || IsUntouched(request))
        {
            return null;
        }

        return request.Type == KnownTypes.Roles || request.Type == KnownTypes.ClusterRoles
            ? await CheckRoleAsync(request, cancellationToken)
            : await CheckBindingAsync(request, cancellationToken);
    }

    private async ValueTask<ResourceError?> CheckRoleAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var key = request.Key;
        var escalate = await authorizer.DecideAsync(AccessRequest.Of(request.User, "escalate", key.Type, key.Namespace, key.Name), cancellationToken);
        if (escalate.IsAllowed)
        {
            return null;
        }

        if (request.Object.Has("aggregationRule") && await ExplainAsync(request.User, key.Namespace, PolicyRule.Everything, cancellationToken) is not null)
        {
            return ResourceErrors.Forbidden(key.Type, key.Name, "must have cluster-admin privileges to use an aggregationRule");
        }

        var why = await ExplainAsync(request.User, key.Namespace, Rules(request.Object!), cancellationToken);
        return why is null ? null : ResourceErrors.Forbidden(key.Type, key.Name, why);
    }

    private async ValueTask<ResourceError?> CheckBindingAsync(AdmissionRequest request, CancellationToken cancellationToken)
    {
        var key = request.Key;
        var reference = request.Object.Object("roleRef");
        var role = new RoleReference(reference.Text("kind"), reference.Text("name"));
        var type = role.IsClusterRole ? KnownTypes.ClusterRoles : KnownTypes.Roles;
        var bind = await authorizer.DecideAsync(AccessRequest.Of(request.User, "bind", type, key.Namespace, role.Name), cancellationToken);
        if (bind.IsAllowed)
        {
            return null;
        }

        var rules = (await roles.GetBookAsync(cancellationToken)).Find(role, key.Namespace, out var problem);
        if (problem is not null)
        {
            return ResourceErrors.NotFound(type, role.Name);
        }

        var why = await ExplainAsync(request.User, key.Namespace, rules, cancellationToken);
        return why is null ? null : ResourceErrors.Forbidden(key.Type, key.Name, why);
    }

    /// <summary>Null when the user holds all of it.</summary>
    private async ValueTask<string?> ExplainAsync(UserInfo user, string ns, ImmutableArray<PolicyRule> asked, CancellationToken cancellationToken)
    {
        var held = await roles.GetRulesAsync(user, ns, cancellationToken);
        var missing = RuleCoverage.Missing(held.Rules, asked);
        if (missing.IsEmpty)
        {
            return null;
        }

        var text = $"user \"{user.Name}\" (groups={RuleCoverage.Quote(user.Groups)}) is attempting to grant RBAC permissions not currently held:\n"
            + string.Join('\n', RuleCoverage.Describe(missing));
        return held.Problems.IsEmpty ? text : $"{text}; resolution errors: [{string.Join(' ', held.Problems)}]";
    }

    // The garbage collector may take finalizers off, and anybody may label what he did not change.
    private static bool IsUntouched(AdmissionRequest request) => request.Old is { } old
        && ((ReadOnlySpan<string>)["rules", "aggregationRule", "roleRef", "subjects"]).ToArray().All(name => request.Object![name].SameAs(old[name]));

    private static ImmutableArray<PolicyRule> Rules(JsonObject role) => PolicyRule.ReadAll(JsonSerializer.SerializeToElement(role["rules"]));
}
