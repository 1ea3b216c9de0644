using System.Text;

namespace Crescent.NodeAgent.Pods.Variables;

/// <summary>
/// Replaces <c>$(NAME)</c> by the variable's value; <c>$$</c> is a dollar sign, and a name that is not known stays as it is. See
/// <see href="https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/">dependent variables</see>.
/// </summary>
internal static class VariableExpansion
{
    public static string Expand(string text, IReadOnlyDictionary<string, string> variables)
    {
        var dollar = text.IndexOf('$', StringComparison.Ordinal);
        if (dollar < 0)
        {
            return text;
        }

        var result = new StringBuilder(text.Length);
        var done = 0;
        while (dollar >= 0 && dollar + 1 < text.Length)
        {
            result.Append(text, done, dollar - done);
            var next = text[dollar + 1];
            if (next == '$')
            {
                result.Append('$');
                done = dollar + 2;
            }
            else if (next == '(' && text.IndexOf(')', dollar) is var close and > 0)
            {
                var name = text[(dollar + 2)..close];
                result.Append(variables.TryGetValue(name, out var value) ? value : $"$({name})");
                done = close + 1;
            }
            else
            {
                result.Append('$');
                done = dollar + 1;
            }

            dollar = text.IndexOf('$', done);
        }

        return result.Append(text, done, text.Length - done).ToString();
    }
}
