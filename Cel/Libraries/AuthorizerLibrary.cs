using Crescent.Cel.Typing;
using Crescent.Cel.Values;
using static Crescent.Cel.Libraries.Kinds;

namespace Crescent.Cel.Libraries;

/// <summary><see href="https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-authorizer-library">Questions to the authorizer</see>.</summary>
internal static class AuthorizerLibrary
{
    public static readonly CelType Authorizer = CelType.Opaque("kubernetes.authorization.Authorizer");
    public static readonly CelType Path = CelType.Opaque("kubernetes.authorization.PathCheck");
    public static readonly CelType Group = CelType.Opaque("kubernetes.authorization.GroupCheck");
    public static readonly CelType Resource = CelType.Opaque("kubernetes.authorization.ResourceCheck");
    public static readonly CelType Decision = CelType.Opaque("kubernetes.authorization.Decision");
    private const long CheckCost = 350_000;

    public static void AddTo(FunctionTable table)
    {
        table.Member("path", [Authorizer, CelType.String], Path,
            static a => a[1].Size > 0
                ? Next(a, Path, static (question, text) => question with { Path = text })
                : Fail("path must not be empty"));
        table.Member("group", [Authorizer, CelType.String], Group,
            static a => Next(a, Group, static (question, text) => question with { Group = text }));
        table.Member("serviceAccount", [Authorizer, CelType.String, CelType.String], Authorizer,
            static a => Self(a).With(Authorizer, Self(a).Question with { ServiceAccount = (a[1].Text(), a[2].Text()) }));
        table.Member("resource", [Group, CelType.String], Resource,
            static a => a[1].Size > 0
                ? Next(a, Resource, static (question, text) => question with { Resource = text })
                : Fail("resource must not be empty"));
        table.Member("subresource", [Resource, CelType.String], Resource,
            static a => Next(a, Resource, static (question, text) => question with { Subresource = text }));
        table.Member("namespace", [Resource, CelType.String], Resource,
            static a => Next(a, Resource, static (question, text) => question with { Namespace = text }));
        table.Member("name", [Resource, CelType.String], Resource,
            static a => Next(a, Resource, static (question, text) => question with { Name = text }));
        table.Member("fieldSelector", [Resource, CelType.String], Resource,
            static a => Next(a, Resource, static (question, text) => question with { FieldSelector = text }));
        table.Member("labelSelector", [Resource, CelType.String], Resource,
            static a => Next(a, Resource, static (question, text) => question with { LabelSelector = text }));
        table.Member("check", [Path, CelType.String], Decision, Check, static _ => CheckCost);
        table.Member("check", [Resource, CelType.String], Decision, Check, static _ => CheckCost);
        table.Member("allowed", [Decision], CelType.Bool, static a => Of(Answer(a).IsAllowed));
        table.Member("reason", [Decision], CelType.String, static a => Of(Answer(a).Reason));
        table.Member("errored", [Decision], CelType.Bool, static a => Of(Answer(a).Error.Length > 0));
        table.Member("error", [Decision], CelType.String, static a => Of(Answer(a).Error));
    }

    private static AuthorizerValue Self(CelValue[] arguments) => (AuthorizerValue)arguments[0];

    private static AuthorizerValue Next(CelValue[] arguments, CelType type, Func<AccessQuestion, string, AccessQuestion> change) =>
        Self(arguments).With(type, change(Self(arguments).Question, arguments[1].Text()));

    private static DecisionValue Check(CelValue[] arguments) => new(Self(arguments).Checks.Check(Self(arguments).Question with { Verb = arguments[1].Text() }));

    private static AccessAnswer Answer(CelValue[] arguments) => ((DecisionValue)arguments[0]).Answer;
}
