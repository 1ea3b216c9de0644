using System.Text;

namespace Crescent.WindowsServices;

/// <summary>Writes a Windows command line.</summary>
internal static class CommandLine
{
    /// <summary>
    /// Joins words so that <c>CommandLineToArgvW</c> takes them apart again: see
    /// <see href="https://learn.microsoft.com/cpp/c-language/parsing-c-command-line-arguments">Parsing C command-line arguments</see>. The first
    /// one, the program, is always quoted: a service whose path has a space in it runs something else otherwise.
    /// </summary>
    public static string Join(string program, IEnumerable<string> arguments)
    {
        var line = new StringBuilder().Append('"').Append(program).Append('"');
        foreach (var argument in arguments)
        {
            Append(line.Append(' '), argument);
        }

        return line.ToString();
    }

    private static void Append(StringBuilder line, string word)
    {
        if (word.Length > 0 && !word.AsSpan().ContainsAny(" \t\n\v\""))
        {
            line.Append(word);
            return;
        }

        line.Append('"');
        var backslashes = 0;
        foreach (var letter in word)
        {
            if (letter == '\\')
            {
                backslashes++;
                continue;
            }

            // Backslashes stand for themselves unless a quote follows.
            line.Append('\\', letter == '"' ? (2 * backslashes) + 1 : backslashes).Append(letter);
            backslashes = 0;
        }

        line.Append('\\', 2 * backslashes).Append('"');
    }
}
