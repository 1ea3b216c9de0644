using Crescent.Cel.Values;

namespace Crescent.Cel.Evaluation;

/// <summary>Macros that give a name to one value.</summary>
internal static class Folds
{
    public static Node Bind(Node value, int slot, Node body) => frame =>
    {
        frame.Locals[slot] = value(frame);
        return body(frame);
    };

    public static Node Optional(Node value, int slot, Node body, bool isFlat) => frame =>
    {
        var given = value(frame);
        if (given is not OptionalValue optional)
        {
            return given.IsError ? given : ErrorValue.NoOverload;
        }

        if (optional.Value is null)
        {
            return given;
        }

        frame.Locals[slot] = optional.Value;
        var result = body(frame);
        return isFlat || result.IsError ? result : new OptionalValue(result);
    };
}
