using System.Globalization;
using System.Text;

namespace Crescent.Cel.Syntax;

/// <summary>An expression's text, which shows its errors with their line and a caret.</summary>
internal sealed class SourceText(string text)
{
    private const int LongestLine = 16_384;

    public string Text { get; } = text;

    /// <summary>All errors in the order of their places, as clients of Kubernetes know them.</summary>
    public string Show(IReadOnlyCollection<CelError> errors)
    {
        var shown = string.Join('\n', errors.Take(Parser.MostErrors).OrderBy(static error => error.Offset).Select(Show));
        return errors.Count <= Parser.MostErrors ? shown
            : string.Create(CultureInfo.InvariantCulture, $"{shown}\n{errors.Count - Parser.MostErrors} more errors were truncated");
    }

    public string Show(CelError error)
    {
        if (error.Offset < 0)
        {
            return $"ERROR: <input>:-1:0: {error.Message}";
        }

        var offset = Math.Min(error.Offset, Text.Length);
        var start = offset == 0 ? 0 : Text.LastIndexOf('\n', offset - 1) + 1;
        var end = Text.IndexOf('\n', start);
        var line = Text.AsSpan(start, (end < 0 ? Text.Length : end) - start);
        var number = Text.AsSpan(0, start).Count('\n') + 1;
        var caret = new StringBuilder("\n | ");
        var column = 0;
        foreach (var rune in Text.AsSpan(start, offset - start).EnumerateRunes())
        {
            caret.Append(rune.IsAscii ? '.' : '．');
            column++;
        }

        var isWide = offset < Text.Length && !char.IsAscii(Text[offset]);
        var head = string.Create(CultureInfo.InvariantCulture, $"ERROR: <input>:{number}:{column + 1}: {error.Message}");
        return line.Length > LongestLine ? head : $"{head}\n | {line.ToString().Replace('\t', ' ')}{caret.Append(isWide ? '＾' : '^')}";
    }
}
