using Crescent.Api.Requests;
using Microsoft.AspNetCore.Http;

namespace Crescent.Api.Streaming;

/// <summary>The agent's names for the exec parameters: <c>stdin</c> is <c>input=1</c>, and so on.</summary>
internal static class ExecQuery
{
    public static QueryString Of(IQueryCollection query)
    {
        var result = QueryString.Empty;
        foreach (var command in query["command"])
        {
            result = result.Add("command", command ?? string.Empty);
        }

        foreach (var (from, to) in (ReadOnlySpan<(string, string)>)[("stdin", "input"), ("stdout", "output"), ("stderr", "error"), ("tty", "tty")])
        {
            if (query.Flag(from))
            {
                result = result.Add(to, "1");
            }
        }

        return result;
    }
}
