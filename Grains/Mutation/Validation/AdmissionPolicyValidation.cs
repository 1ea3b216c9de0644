using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Crescent.Cel;
using Crescent.Cel.Typing;

namespace Crescent.Grains.Mutation.Validation;

/// <summary>ValidatingAdmissionPolicies, and the match conditions they share with webhooks.</summary>
internal static partial class AdmissionPolicyValidation
{
    private const int MostConditions = 64;
    private const int MostAnnotations = 20;
    private const int LongestAnnotation = 5 * 1024;
    private const string OneNeeded = "validations or auditAnnotations must contain at least one item";

    public static void Policy(JsonObject policy, Problems problems)
    {
        var spec = policy.Object("spec");
        problems.OneOf(spec, "failurePolicy", "spec", "Fail", "Ignore");
        MatchValidation.ParameterKind(spec.Object("paramKind"), "spec.paramKind", problems);
        if (!spec.Has("matchConstraints"))
        {
            problems.Required("spec.matchConstraints");
        }
        else if (spec.Object("matchConstraints").Array("resourceRules") is not { Count: > 0 })
        {
            problems.Required("spec.matchConstraints.resourceRules");
        }

        MatchValidation.Resources(spec.Object("matchConstraints"), "spec.matchConstraints", problems);

        var scope = new ExpressionScope(spec.Has("paramKind"), HasAuthorizer: true);
        MatchConditions(spec, "spec", scope, problems);
        var variables = Variables(spec, scope, problems);
        if (spec.Array("validations") is not { Count: > 0 } && spec.Array("auditAnnotations") is not { Count: > 0 })
        {
            problems.Required("spec.validations", OneNeeded);
            problems.Required("spec.auditAnnotations", OneNeeded);
        }

        var index = 0;
        foreach (var validation in spec.Objects("validations"))
        {
            Validation(validation, $"spec.validations[{index++}]", scope, variables, problems);
        }

        Annotations(policy.Object("metadata").Text("name"), spec, Environment(scope, variables), problems);
    }

    public static void MatchConditions(JsonObject? owner, string path, ExpressionScope scope, Problems problems)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        if (owner.Array("matchConditions") is { Count: > MostConditions and var count })
        {
            problems.TooMany($"{path}.matchConditions", count, MostConditions);
        }

        var index = 0;
        foreach (var condition in owner.Objects("matchConditions").Take(MostConditions))
        {
            var at = $"{path}.matchConditions[{index++}]";
            var (name, expression) = (condition.Text("name"), condition.Text("expression").Trim());
            if (expression.Length == 0)
            {
                problems.Required($"{at}.expression");
            }
            else
            {
                Check(Expressions.EnvironmentOf(scope), expression, expression, $"{at}.expression", problems, CelType.Bool);
            }

            if (name.Length == 0)
            {
                problems.Required($"{at}.name");
            }
            else if (NameRules.QualifiedName(name) is { } problem)
            {
                problems.Invalid($"{at}.name", name, problem);
            }

            if (name.Length > 0 && !names.Add(name))
            {
                problems.Duplicate($"{at}.name", name);
            }
        }
    }

    /// <summary>The types of a policy's variables; one may use those before it. Null when there are none.</summary>
    private static Dictionary<string, CelType>? Variables(JsonObject? spec, ExpressionScope scope, Problems problems)
    {
        if (spec.Array("variables") is not { Count: > 0 })
        {
            return null;
        }

        var types = new Dictionary<string, CelType>(StringComparer.Ordinal);
        var environment = Environment(scope, types);
        var index = 0;
        foreach (var variable in spec.Objects("variables"))
        {
            var at = $"spec.variables[{index++}]";
            var (name, expression) = (variable.Text("name"), variable.Text("expression"));
            if (name.Trim().Length == 0)
            {
                problems.Required($"{at}.name", "name is not specified");
            }
            else if (!IdentifierPattern().IsMatch(name))
            {
                problems.Invalid($"{at}.name", name, "name is not a valid CEL identifier");
            }

            if (expression.Trim().Length == 0)
            {
                problems.Required($"{at}.expression", "expression is not specified");
                continue;
            }

            Check(environment, expression, expression, $"{at}.expression", problems);
            types[name] = Expressions.Compile(environment, expression).Program?.ResultType ?? CelType.Dyn;
        }

        return types;
    }

    private static void Validation(JsonObject validation, string path, ExpressionScope scope, Dictionary<string, CelType>? variables, Problems problems)
    {
        var (expression, words, message) = (validation.Text("expression"), validation.Text("messageExpression"), validation.Text("message"));
        if (expression.Trim().Length == 0)
        {
            problems.Required($"{path}.expression", "expression is not specified");
        }
        else
        {
            Check(Environment(scope, variables), expression, expression, $"{path}.expression", problems, CelType.Bool);
        }

        if (words.Length > 0 && words.Trim().Length == 0)
        {
            problems.Invalid($"{path}.messageExpression", words, "must be non-empty if specified");
        }
        else if (words.Length > 0)
        {
            Check(Environment(scope with { HasAuthorizer = false }, variables), words, words, $"{path}.messageExpression", problems, CelType.String);
        }

        if (message.Length > 0 && message.Trim().Length == 0)
        {
            problems.Invalid($"{path}.message", message, "message must be non-empty if specified");
        }
        else if (message.Trim().AsSpan().ContainsAny('\n', '\r'))
        {
            problems.Invalid($"{path}.message", message, "message must not contain line breaks");
        }

        problems.OneOf(validation, "reason", path, "Forbidden", "Invalid", "RequestEntityTooLarge");
    }

    private static void Annotations(string name, JsonObject? spec, CelEnvironment environment, Problems problems)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        if (spec.Array("auditAnnotations") is { Count: > MostAnnotations } all)
        {
            problems.Invalid("spec.auditAnnotations", all.DeepClone(), $"must not have more than {MostAnnotations} auditAnnotations");
        }

        var index = 0;
        foreach (var annotation in spec.Objects("auditAnnotations").Take(MostAnnotations))
        {
            var at = $"spec.auditAnnotations[{index++}]";
            var (key, expression) = (annotation.Text("key"), annotation.Text("valueExpression"));
            if (name.Length == 0)
            {
                problems.Invalid($"{at}.key", key, "requires metadata.name be non-empty");
            }
            else if (NameRules.QualifiedName($"{name}/{key}") is { } problem)
            {
                problems.Invalid($"{at}.key", $"{name}/{key}", problem);
            }

            if (expression.Trim().Length == 0)
            {
                problems.Required($"{at}.valueExpression", "valueExpression is not specified");
            }
            else if (expression.Trim().Length > LongestAnnotation)
            {
                problems.Required($"{at}.valueExpression", $"must not exceed {LongestAnnotation} bytes in length");
            }
            else
            {
                Check(environment, expression.Trim(), expression, $"{at}.valueExpression", problems, CelType.String, CelType.Null);
            }

            if (!keys.Add(key))
            {
                problems.Duplicate($"{at}.key", key);
            }
        }
    }

    private static CelEnvironment Environment(ExpressionScope scope, Dictionary<string, CelType>? variables) =>
        variables is null ? Expressions.EnvironmentOf(scope) : Expressions.WithVariables(scope, variables);

    private static void Check(
        CelEnvironment environment, string expression, string shown, string path, Problems problems, params ReadOnlySpan<CelType> results)
    {
        if (Expressions.Problem(environment, expression, results) is { } problem)
        {
            problems.Invalid(path, shown, problem);
        }
    }

    [GeneratedRegex("^(?!(?:as|break|const|continue|else|false|for|function|if|import|in|let|loop|namespace|null|package|return|true|var|void|while)\\z)[_a-zA-Z][_a-zA-Z0-9]*\\z")]
    private static partial Regex IdentifierPattern();
}
