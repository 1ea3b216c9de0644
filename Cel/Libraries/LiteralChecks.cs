using Crescent.Cel.Syntax;
using Crescent.Cel.Values;

namespace Crescent.Cel.Libraries;

/// <summary>Literals that can never be read are refused when an expression is compiled, not when it runs.</summary>
internal static class LiteralChecks
{
    public static void Check(string function, CallExpr call, List<CelError> errors)
    {
        var argument = function == "matches" ? call.Arguments.LastOrDefault() : call.Arguments.Length == 1 ? call.Arguments[0] : null;
        if (argument is not ConstantExpr { Value: StringValue { Value: var text } } || (function == "matches") != (call.Target is not null || call.Arguments.Length == 2))
        {
            return;
        }

        var isBad = function switch
        {
            "timestamp" => !TimestampValue.TryParse(text, out _),
            "duration" => !DurationValue.TryParse(text, out _),
            "matches" => Patterns.Get(text) is null,
            _ => false,
        };
        if (isBad)
        {
            errors.Add(new(argument.Offset, $"invalid {function} argument"));
        }
    }
}
