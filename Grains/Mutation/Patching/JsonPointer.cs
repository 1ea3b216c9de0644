using System.Globalization;

namespace Crescent.Grains.Mutation.Patching;

/// <summary><see href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901</see> paths.</summary>
internal static class JsonPointer
{
    /// <summary>The unescaped steps; null when the text is no pointer. The empty pointer has no steps.</summary>
    public static string[]? Parse(string text)
    {
        if (text.Length == 0)
        {
            return [];
        }

        if (text[0] != '/')
        {
            return null;
        }

        var steps = text[1..].Split('/');
        for (var index = 0; index < steps.Length; index++)
        {
            steps[index] = steps[index].Replace("~1", "/", StringComparison.Ordinal).Replace("~0", "~", StringComparison.Ordinal);
        }

        return steps;
    }

    /// <summary>An array index without sign or leading zeros.</summary>
    public static bool TryIndex(string step, out int index)
    {
        index = -1;
        return (step == "0" || !step.StartsWith('0')) && int.TryParse(step, NumberStyles.None, CultureInfo.InvariantCulture, out index);
    }
}
