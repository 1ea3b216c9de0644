using System.Collections.Concurrent;
using System.Collections.Frozen;
using Crescent.Cel;
using Crescent.Cel.Syntax;
using Crescent.Cel.Typing;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>
/// The <see href="https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/">environments</see> of the expressions
/// that objects hold, and what the expressions compile to, kept by their text.
/// </summary>
internal static class Expressions
{
    private const int MostKept = 1_000;
    private const int LongestKept = 4_000;
    private static readonly CelType Group = Of("kubernetes.GroupVersionKind", [("group", CelType.String), ("version", CelType.String), ("kind", CelType.String)]);
    private static readonly CelType Resource = Of("kubernetes.GroupVersionResource", [("group", CelType.String), ("version", CelType.String), ("resource", CelType.String)]);
    private static readonly CelType Strings = CelType.List(CelType.String);
    private static readonly CelType Labels = CelType.Map(CelType.String, CelType.String);
    private static readonly CelType Quantities = CelType.Map(CelType.String, CelTypes.Quantity);
    private static readonly CelType Request = Of("kubernetes.AdmissionRequest",
    [
        ("kind", Group), ("resource", Resource), ("subResource", CelType.String), ("requestKind", Group), ("requestResource", Resource),
        ("requestSubResource", CelType.String), ("name", CelType.String), ("namespace", CelType.String), ("operation", CelType.String),
        ("userInfo", Of("kubernetes.UserInfo",
            [("username", CelType.String), ("uid", CelType.String), ("groups", Strings), ("extra", CelType.Map(CelType.String, Strings))])),
        ("dryRun", CelType.Bool), ("options", CelType.Dyn),
    ]);

    private static readonly CelType Namespace = Of("kubernetes.Namespace",
    [
        ("metadata", Of("kubernetes.NamespaceMetadata",
        [
            ("name", CelType.String), ("generateName", CelType.String), ("namespace", CelType.String), ("labels", Labels), ("annotations", Labels),
            ("UID", CelType.String), ("creationTimestamp", CelType.Timestamp), ("deletionGracePeriodSeconds", CelType.Int),
            ("deletionTimestamp", CelType.Timestamp), ("generation", CelType.Int), ("resourceVersion", CelType.String), ("finalizers", Strings),
        ])),
        ("spec", Of("kubernetes.NamespaceSpec", [("finalizers", Strings)])),
        ("status", Of("kubernetes.NamespaceStatus",
        [
            ("conditions", CelType.List(Of("kubernetes.NamespaceCondition",
            [
                ("status", CelType.String), ("type", CelType.String), ("lastTransitionTime", CelType.Timestamp), ("message", CelType.String),
                ("reason", CelType.String),
            ]))),
            ("phase", CelType.String),
        ])),
    ]);

    private static readonly CelEnvironment Device = CelEnvironment.Kubernetes.With(MacroSet.Bindings).With("device", Of("kubernetes.DRADevice",
    [
        ("driver", CelType.String), ("attributes", CelType.Map(CelType.String, CelType.Map(CelType.String, CelType.Any))),
        ("capacity", CelType.Map(CelType.String, Quantities)), ("allowMultipleAllocations", CelType.Bool),
    ]));

    private static readonly FrozenDictionary<ExpressionScope, CelEnvironment> Admission = ((ExpressionScope[])
        [new(false, false), new(false, true), new(true, false), new(true, true)]).ToFrozenDictionary(static scope => scope, Make);

    private static readonly ConcurrentDictionary<(CelEnvironment, string), Compilation> Kept = new();

    /// <summary>What an expression of a policy or webhook may use, without the policy's own variables.</summary>
    public static CelEnvironment EnvironmentOf(ExpressionScope scope) => Admission[scope];

    /// <summary>The environment with the <c>variables</c> a policy has so far, each with its type.</summary>
    public static CelEnvironment WithVariables(ExpressionScope scope, IReadOnlyDictionary<string, CelType> variables) =>
        EnvironmentOf(scope).With("variables", CelType.Object("kubernetes.variables", variables));

    public static Compilation Compile(CelEnvironment environment, string expression)
    {
        if (expression.Length > LongestKept || (!Admission.Values.Contains(environment) && environment != Device))
        {
            return environment.Compile(expression);
        }

        if (Kept.TryGetValue((environment, expression), out var kept))
        {
            return kept;
        }

        if (Kept.Count >= MostKept)
        {
            Kept.Clear();
        }

        return Kept[(environment, expression)] = environment.Compile(expression);
    }

    /// <summary>What is wrong with an expression that must give one of some types; null for nothing.</summary>
    public static string? Problem(CelEnvironment environment, string expression, params ReadOnlySpan<CelType> results)
    {
        var compilation = Compile(environment, expression);
        if (compilation.Program is not { } program)
        {
            return $"compilation failed: {compilation.Errors}";
        }

        if (results.IsEmpty || results.Contains(program.ResultType))
        {
            return null;
        }

        var wanted = string.Join(' ', results.ToArray().Select(static type => type.ToRuntimeString()));
        return $"must evaluate to {(results.Length == 1 ? wanted : $"one of [{wanted}]")} but got {program.ResultType.ToRuntimeString()}";
    }

    /// <summary>What is wrong with a selector of devices; null for nothing.</summary>
    public static string? DeviceProblem(string expression)
    {
        var compilation = Compile(Device, expression);
        return compilation.Program is not { ResultType: var result } ? $"compilation failed: {compilation.Errors}"
            : result.Kind is CelKind.Bool or CelKind.Any ? null
            : $"must evaluate to bool or the unknown type, not {result.ToRuntimeString()}";
    }

    private static CelEnvironment Make(ExpressionScope scope)
    {
        var environment = CelEnvironment.Kubernetes.With("object", CelType.Dyn).With("oldObject", CelType.Dyn)
            .With("namespaceObject", Namespace).With("request", Request);
        environment = scope.HasParameters ? environment.With("params", CelType.Dyn) : environment;
        return scope.HasAuthorizer
            ? environment.With("authorizer", CelTypes.Authorizer).With("authorizer.requestResource", CelTypes.ResourceCheck)
            : environment;
    }

    private static CelType Of(string name, (string Name, CelType Type)[] fields) =>
        CelType.Object(name, fields.ToDictionary(static field => field.Name, static field => field.Type, StringComparer.Ordinal));
}
